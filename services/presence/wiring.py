"""The only place where the rooms of presence meet."""

import asyncio
from collections.abc import Mapping
from typing import Any

from chassis.bus import Bus, DeadLetters, Hearing
from chassis.clock import SystemClock
from chassis.ops import Probe
from chassis.stores import open_redis
from chassis.tasks import Tasks, cancel
from services.presence.actions.close_leases import CloseLease
from services.presence.actions.end_sessions import EndSessions
from services.presence.actions.list_absent import ListOfAbsent
from services.presence.actions.list_people import ListPeople
from services.presence.actions.open_leases import OpenLease
from services.presence.actions.recall_people import RecallPeople
from services.presence.actions.set_presence import SetOwnPresence
from services.presence.actions.sweep_leases import SweepLeases
from services.presence.actions.tell_again import TellAgain
from services.presence.actions.tell_changes import TellChanges
from services.presence.actions.touch_people import TouchPeople
from services.presence.api import sessions_ended
from services.presence.api.asks import Asks
from services.presence.settings import PresenceSettings
from services.presence.store.leases import RedisLeases
from services.presence.store.told import ToldPeople

TOUCH_S_MAX = 10.0


class Presence:
    def __init__(self, settings: PresenceSettings, bus: Bus, tasks: Tasks) -> None:
        self._bus = bus
        self._tasks = tasks
        self._redis = open_redis(settings)
        leases = RedisLeases(
            self._redis,
            lease_s=settings.lease_s,
            grace_s=settings.grace_s,
            away_s=settings.away_s,
            lost_after_s=settings.lost_after_s,
        )
        tell = TellChanges(leases, bus, tasks)
        recall = RecallPeople(leases, ToldPeople(bus))
        self._tell_again = TellAgain(leases, tell)
        self._sweep = SweepLeases(leases, recall, tell, bus, sweep_s=settings.sweep_s, pause_s=settings.lease_s / 3)
        self._asks = Asks(
            OpenLease(leases, tell, lease_s=settings.lease_s, touch_s=min(TOUCH_S_MAX, settings.away_s / 3)),
            CloseLease(leases, tell),
            ListPeople(leases),
            ListOfAbsent(leases, SystemClock()),
            SetOwnPresence(leases, tell, SystemClock()),
            TouchPeople(leases, tell),
        )
        self._sessions_ended = Hearing(
            bus,
            sessions_ended.CONSUMER,
            [sessions_ended.SUBJECT],
            sessions_ended.understood,
            sessions_ended.taking(EndSessions(leases, tell)),
            DeadLetters(bus.js, "presence", settings.stream_replicas),
            settings.deliveries_max,
        )
        self._hearing: asyncio.Task[Any] | None = None
        self._is_sweeping = False
        self.probes: Mapping[str, Probe] = {"redis": self._is_redis_there}

    async def prepare(self) -> None:
        """What is made once and stays, for all replicas: also before any of them is there."""
        await self._sessions_ended.prepare()

    async def start(self) -> None:
        await self._sweep()
        await self._tell_again(self._bus.epoch)
        await self.prepare()
        if not self._is_sweeping:
            self._tasks.lasting("presence.sweep", self._sweep.always())
            self._tasks.lasting("presence.tell_left", self._sweep.tell_left_always())
            self._hearing = self._tasks.lasting("presence.hear", self._sessions_ended.hear_always())
            self._is_sweeping = True
        await self._bus.answer(self._asks.handlers())

    async def leave(self) -> None:
        """What is not told yet is in the outbox, for the other replicas or the next life."""
        if self._hearing is not None:
            await cancel([self._hearing])

    async def close(self) -> None:
        await self._redis.aclose()

    async def _is_redis_there(self) -> bool:
        return bool(await self._redis.ping())
