"""Many people doing the same thing, a bounded number of them at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import TypeVar

from bench.replay.progress import Progress

T = TypeVar("T")


async def each(what: str, things: Collection[T], do: Callable[[T], Awaitable[object]], at_a_time: int) -> None:
    """Done for every thing, with progress. The first failure ends it all."""
    progress = Progress(what, len(things))
    free = asyncio.Semaphore(at_a_time)

    async def one(thing: T) -> None:
        async with free:
            await do(thing)
        progress.step()

    async with asyncio.TaskGroup() as group:
        for thing in things:
            group.create_task(one(thing))
