"""Works that share stores, one step of the store at a time, in an order that chance decides."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from random import Random
from typing import Any

TURNS = 12
"""Of the loop, until whoever goes on stands before their next step."""


class Steps:
    """`store` is waited for before each of its calls; `run` lets one after the other through."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._waiting: list[asyncio.Future[None]] = []
        self._done = asyncio.Event()

    def store(self, real: Any) -> Any:
        return _Stepping(real, self)

    async def run(self, works: Iterable[Coroutine[Any, Any, None]]) -> None:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work) for work in works]
            while not all(task.done() for task in tasks):
                for _ in range(TURNS):
                    await asyncio.sleep(0)
                if self._waiting:
                    self._done.clear()
                    self._waiting.pop(self._chance.randrange(len(self._waiting))).set_result(None)
                    await self._done.wait()

    async def step(self, call: Callable[[], Awaitable[Any]]) -> Any:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        await turn
        try:
            return await call()
        finally:
            self._done.set()


class _Stepping:
    def __init__(self, real: Any, steps: Steps) -> None:
        self._real = real
        self._steps = steps

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._real, name)

        async def stepping(*args: Any, **kwargs: Any) -> Any:
            return await self._steps.step(lambda: call(*args, **kwargs))

        return stepping
