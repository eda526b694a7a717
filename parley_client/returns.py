"""Trying again: where, how soon, and after what."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from parley_client.errors import Refused, Unanswered

T = TypeVar("T")
FIRST_S, LONGEST_S = 0.1, 2.0


class Gateways:
    """The ways in, one of them in use; whoever finds it gone moves on to the next."""

    def __init__(self, urls: Sequence[str]) -> None:
        if not urls:
            raise ValueError("Name at least one gateway.")
        self._urls = [url.rstrip("/") for url in urls]
        self._place = 0

    @property
    def url(self) -> str:
        return self._urls[self._place]

    def move_on(self) -> None:
        self._place = (self._place + 1) % len(self._urls)


class Pauses:
    """Each twice the one before, up to the longest, give or take half of it: not all clients return at once."""

    def __init__(self) -> None:
        self._next_s = FIRST_S

    def next_s(self) -> float:
        pause_s, self._next_s = self._next_s, min(self._next_s * 2, LONGEST_S)
        return pause_s * random.uniform(0.5, 1.5)

    def start_over(self) -> None:
        self._next_s = FIRST_S


async def until_answered(attempt: Callable[[], Awaitable[T]], patience_s: float | None, *, repeatable: bool) -> T:
    """Tries again after `rate_limited`, which did nothing; and, what is `repeatable`, after `unavailable` and where no answer
    came. Waits as long as it is told to. Raises what is left when more than `patience_s` (None: no end) would be over."""
    until, pauses = None if patience_s is None else time.monotonic() + patience_s, Pauses()
    while True:
        try:
            return await attempt()
        except Refused as refused:
            if not (refused.code == "rate_limited" or (repeatable and refused.is_passing)):
                raise
            pause_s = max(refused.retry_after_s or 0.0, pauses.next_s())
            if until is not None and time.monotonic() + pause_s > until:
                raise
        except Unanswered:
            pause_s = pauses.next_s()
            if not repeatable or (until is not None and time.monotonic() + pause_s > until):
                raise
        await asyncio.sleep(pause_s)
