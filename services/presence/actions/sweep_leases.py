"""Sweep: expire leases nobody renews, tell what is left in the outbox, and settle who vanished while Redis was lost."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NoReturn

from redis.exceptions import RedisError

from chassis import log
from chassis.clock import Clock
from services.presence.actions.tell_changes import TellChanges
from services.presence.domain.leases import BATCH_MAX, Leases

REMEMBER_EVERY = 4
"""Sweeps between two looks at who is here, kept in case Redis is lost."""


class SweepLeases:
    def __init__(self, leases: Leases, tell: TellChanges, clock: Clock, sweep_s: float) -> None:
        self._leases = leases
        self._tell = tell
        self._clock = clock
        self._sweep_s = sweep_s
        self._born = 0
        self._here: set[str] = set()
        self._lost: set[str] = set()

    async def expire_always(self) -> NoReturn:
        sweeps = 0
        while True:
            await self._persist("leases.not_swept", self._expire)
            if sweeps % REMEMBER_EVERY == 0:
                await self._persist("people.not_remembered", self._remember)
            sweeps += 1
            await asyncio.sleep(self._sweep_s)

    async def tell_left_always(self) -> NoReturn:
        """Apart from the expiring, which must not wait for a NATS that is away."""
        while True:
            await self._persist("outbox.not_swept", self._tell.tell_left)
            await asyncio.sleep(self._sweep_s)

    async def _persist(self, event: str, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except (RedisError, OSError) as error:
            log.get().warning(event, kind=type(error).__name__)

    async def _expire(self) -> None:
        while True:
            swept = await self._leases.sweep(self._now_ms())
            if self._born not in (0, swept.born):
                self._lost |= self._here
                self._here = set()
            self._born = swept.born
            self._tell.soon(swept.changes)
            if swept.expired < BATCH_MAX:
                break
        if self._lost and not swept.is_warming:
            await self._settle()

    async def _settle(self) -> None:
        """Whoever was here before Redis was lost and has not renewed since: nobody else would say that they left."""
        lost = sorted(self._lost)
        for start in range(0, len(lost), BATCH_MAX):
            batch = lost[start : start + BATCH_MAX]
            self._tell.soon(await self._leases.settle(batch, self._now_ms()))
            self._lost.difference_update(batch)

    async def _remember(self) -> None:
        listing = await self._leases.look(None, self._now_ms())
        if listing.born == self._born:
            self._here = {person.user_id for person in listing.people}

    def _now_ms(self) -> int:
        return int(self._clock.now().timestamp() * 1000)
