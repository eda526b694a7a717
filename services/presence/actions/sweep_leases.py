"""Sweep: expire leases nobody renews, recall who was here when the store was lost, and tell what is left in the outbox."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NoReturn

import nats.errors
from redis.exceptions import RedisError

from chassis import log
from chassis.bus import Bus
from chassis.clock import monotonic
from services.presence.actions.recall_people import RecallPeople
from services.presence.actions.tell_changes import TellChanges
from services.presence.domain.leases import BATCH_MAX, Leases


class SweepLeases:
    """Stays away while this replica has no NATS, and `pause_s` longer, in which renewals come in again: where no replica
    swept, everybody gets the time to renew."""

    def __init__(
        self, leases: Leases, recall: RecallPeople, tell: TellChanges, bus: Bus, *, sweep_s: float, pause_s: float
    ) -> None:
        self._leases = leases
        self._recall = recall
        self._tell = tell
        self._bus = bus
        self._sweep_s = sweep_s
        self._pause_s = pause_s
        self._paused_until = 0.0

    async def __call__(self) -> None:
        """Raises RedisError, nats.errors.Error or TimeoutError."""
        if not self._bus.is_connected:
            self._paused_until = monotonic() + self._pause_s
        while monotonic() >= self._paused_until:
            swept = await self._leases.sweep()
            self._tell.soon(swept.changes)
            if not swept.is_known:
                await self._recall(swept.born)
            if swept.swept < BATCH_MAX:
                return

    async def always(self) -> NoReturn:
        while True:
            await self._persist("leases.not_swept", self)
            await asyncio.sleep(self._sweep_s)

    async def tell_left_always(self) -> NoReturn:
        """Apart from the expiring, which must not wait for a NATS that is away."""
        while True:
            await self._persist("outbox.not_swept", self._tell.tell_left)
            await asyncio.sleep(self._sweep_s)

    async def _persist(self, event: str, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except (RedisError, nats.errors.Error, OSError) as error:  # a TimeoutError is an OSError
            log.get().warning(event, kind=type(error).__name__)
