"""Asking for many at once: what several connections need in the same tick becomes one ask."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")
TICK_S = 0.02


class Gathered(Generic[K, V]):
    """`load` gets up to `at_once` keys and gives the values of some; those left out are asked for again, as long as any come."""

    def __init__(self, load: Callable[[list[K]], Awaitable[dict[K, V]]], at_once: int) -> None:
        self._load = load
        self._at_once = at_once
        self._waiting: dict[K, asyncio.Future[V]] = {}
        self._running: set[asyncio.Task[None]] = set()

    async def get(self, key: K) -> V:
        """Raises what `load` raises."""
        future = self._waiting.get(key)
        if future is None:
            loop = asyncio.get_running_loop()
            if not self._waiting:
                loop.call_later(TICK_S, self._go)
            future = self._waiting[key] = loop.create_future()
        return await asyncio.shield(future)

    def _go(self) -> None:
        waiting, self._waiting = self._waiting, {}
        keys = list(waiting)
        for at in range(0, len(keys), self._at_once):
            part = {key: waiting[key] for key in keys[at : at + self._at_once]}
            task = asyncio.create_task(self._answer(part))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _answer(self, waiting: dict[K, asyncio.Future[V]]) -> None:
        try:
            while waiting:
                values = await self._load(list(waiting))
                if not values:
                    raise LookupError("nothing was loaded")
                for key, value in values.items():
                    future = waiting.pop(key)
                    if not future.done():
                        future.set_result(value)
        except Exception as error:
            for future in waiting.values():
                if not future.done():
                    future.set_exception(error)
                    future.exception()
