"""Presence with a real NATS and Redis, and a gateway that asks it and hears what it tells."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chassis import lifetime
from chassis.bus import Bus, Told
from chassis.settings import Settings
from chassis.tasks import Tasks
from contracts.everything import ASKS
from contracts.presence import (
    ClosedLease,
    CloseLeases,
    ConnectionLost,
    ConnectionRestored,
    Lease,
    ListPresence,
    Opened,
    OpenLeases,
    People,
    PresenceChanged,
)
from contracts.refusals import Refusal, Refused
from deploy.local.servers import Server, nats, redis, running
from services.presence.settings import PresenceSettings
from services.presence.wiring import Presence
from tests.kit.waiting import eventually

LEASE_S = 2.4
GRACE_S = 0.6
LOST_AFTER_S = 3.0


class House:
    """Two replicas of presence, and a gateway that asks them and hears what they tell."""

    def __init__(self, gateway: Bus, nats: Server, redis: Server, lease_s: float, away_s: float) -> None:
        self.gateway = gateway
        self.lease_s = lease_s
        self.away_s = away_s
        self.nats = nats
        self.redis = redis
        self.parts = AsyncExitStack()
        self.told: list[tuple[str, str]] = []
        self.people: dict[str, PresenceChanged] = {}
        self.connections: list[tuple[str, str, str]] = []
        """Whose is told what, and since when it is lost."""
        self.versions: list[int] = []

    async def start(self) -> None:
        for number in (1, 2):
            settings = PresenceSettings(
                instance=f"presence-{number}",
                nats_url=self.nats.url,
                nats_user="presence",
                nats_password=self.nats.passwords["presence"],
                redis_url=self.redis.url,
                lease_s=self.lease_s,
                grace_s=GRACE_S,
                sweep_s=0.1,
                away_s=self.away_s,
                lost_after_s=LOST_AFTER_S,
            )
            await self.parts.enter_async_context(presence(settings))

    async def lose_all(self) -> None:
        """Redis and every presence process end together, and come back."""
        await self.parts.aclose()
        self.redis.kill()
        await self.redis.until_ended()
        await self.redis.start()
        await self.start()

    def hear(self, told: Told) -> None:
        if told.name == "presence.connection.lost":
            lost = msgspec.json.decode(told.data, type=ConnectionLost)
            self.connections.append((lost.user_id, "lost", lost.lost_at))
        elif told.name == "presence.connection.restored":
            restored = msgspec.json.decode(told.data, type=ConnectionRestored)
            self.connections.append((restored.user_id, "back" if restored.is_back else "left", restored.lost_at))
        else:
            change = msgspec.json.decode(told.data, type=PresenceChanged)
            person = change.person
            assert told.id == f"{person.user_id}.{person.version}"
            self.people[person.user_id] = change
            self.told.append((person.user_id, person.status))
            self.versions.append(person.version)

    async def open(self, *names: str) -> Opened:
        answer: Opened = await self.gateway.ask(ASKS["lease.open"], OpenLeases(leases=[*map(lease, names)]))
        return answer

    async def renew(self, *names: str) -> None:
        await self.gateway.ask(ASKS["lease.renew"], OpenLeases(leases=[*map(lease, names)]))

    async def close(self, name: str, *, clean: bool, ending: str | None = None) -> None:
        each = lease(name)
        closed = ClosedLease(
            lease_id=each.lease_id, user_id=each.user_id, session_id=each.session_id, clean=clean, ending=ending
        )
        await self.gateway.ask(ASKS["lease.close"], CloseLeases(leases=[closed]))

    async def statuses(self, *user_ids: str) -> dict[str, str]:
        people = await self.list(user_ids=list(user_ids) or None)
        return {person.user_id: person.status for person in people.people}

    async def list(self, **request: Any) -> People:
        people: People = await self.gateway.ask(ASKS["presence.list"], ListPresence(**request))
        return people

    async def refuses(self, **request: Any) -> Refusal:
        with pytest.raises(Refused) as refused:
            await self.list(**request)
        return refused.value.refusal

    async def hears(self, *told: tuple[str, str], timeout_s: float = 30.0) -> None:
        await eventually(lambda: len(self.told) >= len(told), timeout_s, what=f"{told} of {self.told}")
        assert self.told == list(told)

    async def hears_no_more(self, of_s: float = 0.3) -> None:
        """That nothing happens has no sign of its own: a short while has to do."""
        before = list(self.told)
        await asyncio.sleep(of_s)
        assert self.told == before


async def connect(server: Server, part: str) -> Bus:
    password = server.passwords[part]
    settings = Settings(instance=f"{part}-1", nats_url=server.url, nats_user=part, nats_password=password)
    return await Bus.connect(settings, part)


def lease(name: str) -> Lease:
    """`ada.1`: the lease 1 of Ada."""
    return Lease(lease_id=name.replace(".", "-"), user_id=name.partition(".")[0], session_id=f"session-{name[:-2]}")


@asynccontextmanager
async def presence(settings: PresenceSettings) -> AsyncIterator[None]:
    bus, tasks = await Bus.connect(settings, "presence"), Tasks()
    part = Presence(settings, bus, tasks)
    await part.start()
    try:
        yield
    finally:
        await lifetime.stop("presence", part, bus, tasks)
        assert not tasks.crashed.is_set()


@asynccontextmanager
async def open_house(tmp_path: Path, lease_s: float = LEASE_S, away_s: float = 300.0) -> AsyncIterator[House]:
    nats_server, redis_server = nats(tmp_path), redis(tmp_path)
    async with running(nats_server, redis_server):
        gateway = await connect(nats_server, "gateway")
        house = House(gateway, nats_server, redis_server, lease_s, away_s)
        reader = await gateway.read(house.hear, subject="parley.event.presence.>")
        async with house.parts:
            await house.start()
            yield house
        await reader.stop()
        await gateway.drain()
