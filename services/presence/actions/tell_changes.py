"""Tell what changed, at least once under one id: behind the ask that caused it, and again for what nobody told."""

import asyncio
from collections.abc import Sequence

import nats.errors
from redis.exceptions import RedisError

from chassis import log
from chassis.bus import Bus, fact
from chassis.tasks import Tasks
from contracts.presence import USER_CHANGED, PresenceChanged
from services.presence.domain.leases import Leases
from services.presence.domain.people import Person, moment

LEFT_MS = 500
"""A change that is still in the outbox after this long was left there by a process that died or had no NATS."""
IN_FLIGHT = 256


class TellChanges:
    def __init__(self, leases: Leases, bus: Bus, tasks: Tasks) -> None:
        self._leases = leases
        self._bus = bus
        self._tasks = tasks
        self._window = asyncio.Semaphore(IN_FLIGHT)

    def soon(self, changes: Sequence[Person]) -> None:
        if changes:
            self._tasks.brief("tell.presence", self._tell(changes))

    async def tell_left(self) -> None:
        """Raises RedisError."""
        if not self._bus.is_connected:
            return
        left = await self._leases.untold(LEFT_MS)
        if left:
            log.get().info("outbox.swept", changes=len(left))
            await self._tell(left)

    async def _tell(self, changes: Sequence[Person]) -> None:
        told = await asyncio.gather(*map(self._publish, changes))
        try:
            await self._leases.forget_told(person for person, done in zip(changes, told, strict=True) if done)
        except RedisError as error:
            log.get().warning("outbox.not_cleared", kind=type(error).__name__)

    async def _publish(self, person: Person) -> bool:
        if not self._bus.is_connected:
            return False
        change = fact(
            USER_CHANGED,
            PresenceChanged(person=person.presence()),
            person.user_id,
            id=person.change_id,
            at=moment(person.version),
        )
        async with self._window:
            try:
                await self._bus.tell(change)
            except (nats.errors.Error, TimeoutError) as error:
                log.get().warning("outbox.not_told", id=change.id, kind=type(error).__name__)
                return False
            return True
