"""The one way to wait in tests: for the thing itself, never for time to pass."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar, overload

T = TypeVar("T")


class Bell:
    """Rung whenever something happened; free of cost while nobody waits."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        for each in self._waiting:
            if not each.done():
                each.set_result(None)

    async def rung(self, timeout_s: float) -> None:
        """Until the next ring, or until the time is over."""
        ring: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(ring)
        try:
            await asyncio.wait([ring], timeout=timeout_s)
        finally:
            self._waiting.discard(ring)


class NeverHappened(AssertionError):
    """What `eventually` waited for did not come in time."""


@overload
async def eventually(
    predicate: Callable[[], Awaitable[T]],
    timeout_s: float = ...,
    bell: Bell | None = ...,
    every_s: float = ...,
    what: str = ...,
) -> T: ...


@overload
async def eventually(
    predicate: Callable[[], T],
    timeout_s: float = ...,
    bell: Bell | None = ...,
    every_s: float = ...,
    what: str = ...,
) -> T: ...


async def eventually(
    predicate: Callable[[], T | Awaitable[T]],
    timeout_s: float = 30.0,
    bell: Bell | None = None,
    every_s: float = 0.05,
    what: str = "",
) -> T:
    """The first true value of `predicate`, which may be async; asked at each ring, and every `every_s` where none rings."""
    until = time.monotonic() + timeout_s
    bell = bell or Bell()
    while True:
        value = predicate()
        outcome: T = await value if inspect.isawaitable(value) else value
        if outcome:
            return outcome
        left_s = until - time.monotonic()
        if left_s <= 0:
            raise NeverHappened(
                f"{what or getattr(predicate, '__qualname__', predicate)}: not within {timeout_s} s, last: {outcome!r}"
            )
        await bell.rung(min(left_s, every_s))
