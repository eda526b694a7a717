"""`parked list`: which events were given up, by whom and why."""

import argparse
import json
from typing import Any

from nats.js.errors import NotFoundError

from chassis.bus.caller import Caller
from chassis.bus.dead_letters import Letter, letters
from contracts.permissions import DEAD_STREAM
from parley import cluster
from parley.lines import plain, table

HEADINGS = ("ID", "PART", "TYPE", "TOLD AT", "DELIVERIES", "REASON")


def add(verbs: Any) -> None:
    parser = verbs.add_parser("list", help="which events were given up, by whom and why")
    parser.add_argument("--json", action="store_true", help="a JSON object a line, for programs")
    cluster.add_to(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    found = cluster.reach(arguments, all_of)
    if arguments.json:
        for one in found:
            print(json.dumps(described(one)))
    elif found:
        print("\n".join(table([HEADINGS, *(map(plain, _row(one)) for one in found)])))
    else:
        print("No event is parked.")


async def all_of(caller: Caller) -> list[Letter]:
    return [one async for one in letters(caller.js)] if await was_any(caller) else []


async def was_any(caller: Caller) -> bool:
    """Whether the stream is there. Read without it, it says what a JetStream says that is away."""
    try:
        await caller.js.stream_info(DEAD_STREAM)
    except NotFoundError:
        return False
    return True


def described(one: Letter) -> dict[str, Any]:
    """All but what it holds."""
    return {
        **{"id": one.place, "part": one.part, "type": one.type, "event_id": one.id, "seq": one.seq},
        **{"told_at": one.told_at, "deliveries": one.deliveries, "reason": one.reason, "consumer": one.consumer},
    }


def _row(one: Letter) -> tuple[str, ...]:
    return (str(one.place), one.part, one.type, one.told_at, str(one.deliveries), one.reason)
