"""`keys rotate`: a new signing key, published at once and signing a little later. Nobody is logged out: what the one
before signed is good until it expires."""

import argparse
from typing import Any

from contracts.auth import Keys
from contracts.refusals import Refused
from contracts.table import Nothing
from parley import cluster


def add(verbs: Any) -> None:
    parser = verbs.add_parser("rotate", help="make a new signing key; nobody is logged out")
    cluster.add_to(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    try:
        answer: Keys = cluster.ask(arguments, "keys.rotate", Nothing())
    except Refused as refused:
        raise cluster.refused(refused) from None
    print("Published keys: " + ", ".join(key.get("kid", "?") for key in answer.keys))
