"""Tell what changed, at least once under one id: behind the ask that caused it, and again for what nobody told."""

import asyncio
from collections.abc import Sequence

import nats.errors
from redis.exceptions import RedisError

from chassis import log
from chassis.bus import Bus, Fact, fact
from chassis.tasks import Tasks
from contracts.presence import (
    CONNECTION_LOST,
    CONNECTION_RESTORED,
    USER_CHANGED,
    ConnectionLost,
    ConnectionRestored,
    PresenceChanged,
)
from services.presence.domain.leases import Change, Leases
from services.presence.domain.people import Connection, Person, moment

LEFT_MS = 500
"""A change that is still in the outbox after this long was left there by a process that died or had no NATS."""
IN_FLIGHT = 256


class TellChanges:
    def __init__(self, leases: Leases, bus: Bus, tasks: Tasks) -> None:
        self._leases = leases
        self._bus = bus
        self._tasks = tasks
        self._window = asyncio.Semaphore(IN_FLIGHT)

    def soon(self, changes: Sequence[Change]) -> None:
        if changes:
            self._tasks.brief("tell.presence", self.now(changes))

    async def tell_left(self) -> None:
        """Raises RedisError."""
        if not self._bus.is_connected:
            return
        left = await self._leases.untold(LEFT_MS)
        if left:
            log.get().info("outbox.swept", changes=len(left))
            await self.now(left)

    async def now(self, changes: Sequence[Change]) -> None:
        """As `soon`, and returns when the stream has them, or will not take them now."""
        told = await asyncio.gather(*map(self._publish, changes))
        try:
            await self._leases.forget_told(change for change, done in zip(changes, told, strict=True) if done)
        except RedisError as error:
            log.get().warning("outbox.not_cleared", kind=type(error).__name__)

    async def again(self, people: Sequence[Person]) -> None:
        """What was told of them last. Raises nats.errors.Error, TimeoutError."""
        await asyncio.gather(*(self._bus.tell(_fact_of(person)) for person in people))

    async def _publish(self, change: Change) -> bool:
        if not self._bus.is_connected:
            return False
        told = _fact_of(change.about)
        async with self._window:
            try:
                await self._bus.tell(told)
            except (nats.errors.Error, TimeoutError) as error:
                log.get().warning("outbox.not_told", id=told.id, kind=type(error).__name__)
                return False
            return True


def _fact_of(about: Person | Connection) -> Fact:
    user_id = about.user_id
    if isinstance(about, Person):
        changed = PresenceChanged(person=about.presence(), chosen=about.choice.chosen())
        return fact(USER_CHANGED, changed, user_id, id=about.change_id, at=moment(about.version))
    lost_at, at, is_lost = moment(about.lost_ms), moment(about.at_ms), about.state == "lost"
    id = f"{user_id}.{'lost' if is_lost else 'restored'}.{about.lost_ms}"
    if is_lost:
        return fact(CONNECTION_LOST, ConnectionLost(user_id=user_id, lost_at=lost_at, at=at), user_id, id=id, at=at)
    restored = ConnectionRestored(user_id=user_id, lost_at=lost_at, at=at, is_back=about.state == "back")
    return fact(CONNECTION_RESTORED, restored, user_id, id=id, at=at)
