"""`parked replay`: the part that gave an event up takes it once more, and no other does. Once it has, it is parked no longer."""

import argparse
from typing import Any

from chassis.bus.caller import Caller
from chassis.bus.dead_letters import Letter, remove
from contracts.everything import ASKS
from contracts.parked import ReplayParked
from contracts.refusals import Refused
from parley import cluster
from parley.stop import REFUSED, Stop
from parley.verbs.parked.list import all_of


def add(verbs: Any) -> None:
    parser = verbs.add_parser("replay", help="have them taken once more")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--id", type=int)
    which.add_argument("--all", action="store_true", help="oldest first")
    cluster.add_to(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    failed = cluster.reach(arguments, lambda caller: _replay(caller, arguments.id))
    if failed:
        raise Stop(f"{failed} stay parked." if failed > 1 else "It stays parked.", REFUSED)


async def _replay(caller: Caller, place: int | None) -> int:
    """How many failed."""
    found = [one for one in await all_of(caller) if place in (None, one.place)]
    if place is not None and not found:
        raise Stop(f"No event is parked under {place}.", REFUSED)
    outcomes = [await _replay_one(caller, one) for one in found]
    if not found:
        print("No event is parked.")
    return outcomes.count(False)


async def _replay_one(caller: Caller, one: Letter) -> bool:
    try:
        await caller.ask(ASKS[f"{one.part}.replay_parked"], ReplayParked(place=one.place), cluster.ANSWER_S)
    except Refused as refused:
        print(f"{one.place} {one.part} {one.type}: {refused.refusal.message}")
        return False
    await remove(caller.js, one.place)
    print(f"{one.place} {one.part} {one.type}: handled.")
    return True
