"""`status`: what runs, what waits, what is missing. Ends with 1 where something is."""

import argparse
from typing import Any

import msgspec

from parley import cluster
from parley.stop import REFUSED, Stop
from parley.verbs.status.faults import faults
from parley.verbs.status.look import look
from parley.verbs.status.show import lines


def add(verbs: Any) -> None:
    parser = verbs.add_parser("status", help="what runs, what waits, what is missing")
    parser.add_argument("--json", action="store_true", help="for programs")
    cluster.add_to(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    status = cluster.reach(arguments, look)
    wrong = faults(status)
    if arguments.json:
        said = {**msgspec.to_builtins(status), "faults": wrong}
        print(msgspec.json.format(msgspec.json.encode(said), indent=2).decode())
    else:
        print("\n".join(lines(status)))
    if wrong:
        raise Stop(" ".join(wrong), REFUSED)
