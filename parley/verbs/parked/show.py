"""`parked show`: one event that was given up, as `events follow` shows events."""

import argparse
import contextlib
import json
from typing import Any

from nats.js.errors import NotFoundError

from chassis.bus.caller import Caller
from chassis.bus.dead_letters import Letter, letter
from parley import cluster
from parley.lines import plain
from parley.stop import REFUSED, Stop
from parley.verbs.events.tell import as_json
from parley.verbs.parked.list import described, was_any


def add(verbs: Any) -> None:
    parser = verbs.add_parser("show", help="one of them")
    parser.add_argument("--id", type=int, required=True)
    parser.add_argument("--text", action="store_true", help="with what people wrote")
    cluster.add_to(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    async def find(caller: Caller) -> Letter:
        with contextlib.suppress(NotFoundError):
            if await was_any(caller):
                return await letter(caller.js, arguments.id)
        raise Stop(f"No event is parked under {arguments.id}.", REFUSED)

    found = cluster.reach(arguments, find)
    for name, value in described(found).items():
        print(f"{name:<11} {plain(str(value))}")
    data = json.loads(as_json(found.told(), with_text=arguments.text))["data"]
    print(f"{'data':<11} {json.dumps(data)}")
