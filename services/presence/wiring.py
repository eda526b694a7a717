"""The only place where the rooms of presence meet."""

from collections.abc import Mapping

from chassis.bus import Bus
from chassis.ops import Probe
from chassis.stores import open_redis
from chassis.tasks import Tasks
from services.presence.actions.close_leases import CloseLease
from services.presence.actions.list_people import ListPeople
from services.presence.actions.open_leases import OpenLease
from services.presence.actions.recall_people import RecallPeople
from services.presence.actions.sweep_leases import SweepLeases
from services.presence.actions.tell_changes import TellChanges
from services.presence.api.asks import Asks
from services.presence.settings import PresenceSettings
from services.presence.store.leases import RedisLeases
from services.presence.store.told import ToldPeople


class Presence:
    def __init__(self, settings: PresenceSettings, bus: Bus, tasks: Tasks) -> None:
        self._bus = bus
        self._tasks = tasks
        self._redis = open_redis(settings)
        leases = RedisLeases(self._redis, settings.lease_s, settings.grace_s)
        tell = TellChanges(leases, bus, tasks)
        recall = RecallPeople(leases, ToldPeople(bus))
        self._sweep = SweepLeases(leases, recall, tell, bus, sweep_s=settings.sweep_s, pause_s=settings.lease_s / 3)
        self._asks = Asks(
            OpenLease(leases, tell, settings.lease_s),
            CloseLease(leases, tell),
            ListPeople(leases),
        )
        self._is_sweeping = False
        self.probes: Mapping[str, Probe] = {"redis": self._is_redis_there}

    async def start(self) -> None:
        await self._sweep()
        if not self._is_sweeping:
            self._tasks.lasting("presence.sweep", self._sweep.always())
            self._tasks.lasting("presence.tell_left", self._sweep.tell_left_always())
            self._is_sweeping = True
        await self._bus.answer(self._asks.handlers())

    async def leave(self) -> None:
        """Nothing to let go of: what is not told yet is in the outbox, for the other replicas or the next life."""

    async def close(self) -> None:
        await self._redis.aclose()

    async def _is_redis_there(self) -> bool:
        return bool(await self._redis.ping())
