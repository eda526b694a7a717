"""`rebuild-stream`: a new stream in the place of the one there is. Every part starts anew and tells it what others must know
from it, and clients begin from a snapshot. Nothing that MongoDB has is touched."""

import argparse
import asyncio
import contextlib
from typing import Any

from nats.js.errors import NotFoundError

from chassis.bus import stream
from chassis.bus.caller import Caller
from chassis.clock import monotonic
from contracts.permissions import STREAM
from parley import cluster
from parley.stop import REFUSED, Stop
from parley.verbs.status.faults import PARTS
from parley.verbs.status.look import Consumer, Status, look

HEARD_S = 15.0
WHOLE_S = 90.0
LOOK_S = 0.5
BUILT_ANEW = "messenger-search-"
"""A consumer of this name is not waited for: with another stream, messenger builds the index anew from MongoDB."""


def add(verbs: Any) -> None:
    parser = verbs.add_parser("rebuild-stream", help="a new stream, and everybody starts anew")
    parser.add_argument("--yes", action="store_true", help="what subscribers have not read yet is gone: so be it")
    parser.add_argument("--unheard", action="store_true", help="also what parts have not handled yet")
    cluster.add_to(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    if not arguments.yes:
        raise Stop("What is in the stream and was not read by subscribers will be gone: give --yes if that is so.")
    before, after = cluster.reach(arguments, lambda caller: rebuild(caller, is_unheard_fine=arguments.unheard))
    print(f"The stream is of epoch {after} now; it was of {before or 'none'}.")


async def rebuild(caller: Caller, *, is_unheard_fine: bool) -> tuple[str, str]:
    """The epochs before and after, once everybody goes by the new one. Raises Stop."""
    before = await look(caller)
    if before.stream is not None:
        if not is_unheard_fine:
            await _until_heard(caller)
        await _delete(caller, before.stream.epoch)
    old = before.stream.epoch if before.stream else ""
    wanted = {part for part in PARTS if any(one.service == part for one in before.services)}
    return old, await _until_new(caller, old, wanted)


async def _delete(caller: Caller, epoch: str) -> None:
    """Only the one that was looked at: that of another operator, who was first meanwhile, stays."""
    with contextlib.suppress(NotFoundError):
        if await stream.epoch(caller.js) == epoch:
            await caller.js.delete_stream(STREAM)


async def _until_heard(caller: Caller) -> None:
    """Until no part has an event left to handle: what it did not hear nobody could tell it again."""
    until = monotonic() + HEARD_S
    while left := [one.name for one in (await look(caller)).consumers if _is_waited_for(one)]:
        if monotonic() > until:
            raise Stop(f"Not everything is handled yet by {', '.join(left)}: try again, or give --unheard.", REFUSED)
        await asyncio.sleep(LOOK_S)


def _is_waited_for(one: Consumer) -> bool:
    return one.name != "" and not one.name.startswith(BUILT_ANEW) and one.lag + one.being_handled > 0


async def _until_new(caller: Caller, old: str, wanted: set[str]) -> str:
    until = monotonic() + WHOLE_S
    while monotonic() < until:
        status = await look(caller)
        if status.stream is not None and status.stream.epoch != old and _all_go_by(status, wanted):
            return status.stream.epoch
        await asyncio.sleep(LOOK_S)
    raise Stop("Not every part is back yet: see `parley status`.", REFUSED)


def _all_go_by(status: Status, wanted: set[str]) -> bool:
    epochs = {one.epoch for one in status.services}
    there = {one.service for one in status.services}
    return there >= wanted and (not wanted or epochs == {status.stream.epoch if status.stream else ""})
