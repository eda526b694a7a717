"""Background work: named, awaited at drain; a crash of a lasting task ends the process rather than hiding."""

import asyncio
from collections.abc import Collection, Coroutine
from typing import Any

from chassis import log

CANCELLED_TIMES = 3
CANCELLED_S = 1.0


async def cancel(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancels, and waits until all have ended, at most 3 s: then it logs `task.stuck`, and lets be.

    Once is not enough. Before Python 3.12, `asyncio.wait_for` loses a cancellation that comes in the same turn as what it
    waits for, and PyMongo writes through it: a loop over a collection would go on.
    """
    left = list(tasks)
    for _ in range(CANCELLED_TIMES):
        if not left:
            return
        for task in left:
            task.cancel()
        _, pending = await asyncio.wait(left, timeout=CANCELLED_S)
        left = list(pending)
    for task in left:
        log.get().error("task.stuck", task=task.get_name())


class Tasks:
    """Owns every task it starts. `lasting` ones run until drain; `brief` ones end by themselves."""

    def __init__(self) -> None:
        self._lasting: set[asyncio.Task[Any]] = set()
        self._brief: set[asyncio.Task[Any]] = set()
        self.crashed: asyncio.Event = asyncio.Event()

    def lasting(self, name: str, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        return self._start(name, work, self._lasting)

    def brief(self, name: str, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        return self._start(name, work, self._brief)

    def __len__(self) -> int:
        return len(self._brief)

    async def drain(self, timeout_s: float) -> None:
        """Waits for the brief ones as long as told, then cancels what is left; returns within 3 s of that."""
        if self._brief:
            await asyncio.wait(self._brief, timeout=timeout_s)
        await cancel([*self._brief, *self._lasting])

    def _start(self, name: str, work: Coroutine[Any, Any, Any], owner: set[asyncio.Task[Any]]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work, name=name)
        owner.add(task)
        task.add_done_callback(lambda done: self._ended(done, owner))
        return task

    def _ended(self, task: asyncio.Task[Any], owner: set[asyncio.Task[Any]]) -> None:
        owner.discard(task)
        if task.cancelled() or task.exception() is None:
            return
        error = task.exception()
        assert error is not None
        log.get().error("task.crashed", task=task.get_name(), exc_info=(type(error), error, error.__traceback__))
        if owner is self._lasting:
            self.crashed.set()
