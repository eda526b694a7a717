"""Auth with real NATS and MongoDB: asked as the gateway asks, heard as the gateway hears. Each test begins with empty stores."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
import pytest_asyncio

from chassis import lifetime
from chassis.bus import PARLEY, Asker, Bus, Told
from chassis.settings import Settings
from chassis.stores import mongo as open_mongo
from chassis.stores import open_redis
from chassis.tasks import Tasks
from contracts.auth import CreateUser, Login, Tokens
from contracts.everything import ASKS
from contracts.refusals import Refused
from contracts.things import User
from deploy.local.servers import Server, mongo, nats, redis, running
from services.auth.settings import AuthSettings
from services.auth.wiring import Auth
from tests.kit.emptied import empty
from tests.kit.waiting import eventually

ADMIN = PARLEY
"""May do everything, and is nobody who could be disabled meanwhile."""
PASSWORD = "Parley-2026"


class MovedClock:
    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@asynccontextmanager
async def auth(settings: AuthSettings, clock: MovedClock) -> AsyncIterator[Auth]:
    bus, tasks = await Bus.connect(settings, "auth"), Tasks()
    part = Auth(settings, bus, tasks, clock)
    try:
        await part.start()
        yield part
    finally:
        await lifetime.stop("auth", part, bus, tasks)
        assert not tasks.crashed.is_set()


@dataclass
class House:
    """Auth and someone at its door."""

    settings: AuthSettings
    parts: AsyncExitStack
    gateway: Bus
    presence: Bus
    messenger: Bus
    clock: MovedClock
    database: Any
    told: list[Told] = field(default_factory=list)

    async def restart(self) -> None:
        await self.parts.aclose()
        await self.parts.enter_async_context(auth(self.settings, self.clock))

    async def ask(self, name: str, /, asker: Asker = ADMIN, **request: Any) -> Any:
        ask = ASKS[name]
        return await self.gateway.ask(ask, ask.request(**request), asker)

    async def refusal(self, name: str, /, asker: Asker = ADMIN, **request: Any) -> Refused:
        with pytest.raises(Refused) as caught:
            await self.ask(name, asker, **request)
        return caught.value

    async def create(self, login: str, name: str = "Ada", role: str = "agent", **more: Any) -> User:
        answer = await self.ask("user.create", login=login, name=name, role=role, password=PASSWORD, **more)
        user: User = answer.user
        return user

    async def log_in(self, login: str, password: str = PASSWORD) -> Tokens:
        tokens: Tokens = await self.gateway.ask(ASKS["auth.login"], Login(login=login, password=password), Asker())
        return tokens

    def count(self, name: str) -> int:
        return sum(told.name == name for told in self.told)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def servers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Server, Server, Server]]:
    folder: Path = tmp_path_factory.mktemp("servers")
    made = nats(folder), mongo(folder), redis(folder)
    async with running(*made):
        yield made


@pytest_asyncio.fixture
async def house(servers: tuple[Server, Server, Server]) -> AsyncIterator[House]:
    nats_server, mongo_server, redis_server = servers

    def of(part: str) -> dict[str, Any]:
        return {
            "instance": f"{part}-1",
            "nats_url": nats_server.url,
            "nats_user": part,
            "nats_password": nats_server.passwords[part],
        }

    settings = AuthSettings(
        **of("auth"),
        mongo_url=mongo_server.url,
        mongo_database="auth",
        redis_url=redis_server.url,
        bcrypt_cost=4,
    )
    clock = MovedClock()
    gateway = await Bus.connect(Settings(**of("gateway")), "gateway")
    presence = await Bus.connect(Settings(**of("presence")), "presence")
    messenger = await Bus.connect(Settings(**of("messenger")), "messenger")
    database, redis_client = open_mongo(settings), open_redis(settings)
    await empty(database)
    await redis_client.flushall()  # else wrong passwords of one test lock people of another
    await redis_client.aclose()
    async with AsyncExitStack() as parts:
        await parts.enter_async_context(auth(settings, clock))
        house = House(settings, parts, gateway, presence, messenger, clock, database)
        reader = await gateway.read(house.told.append)
        yield house
        await reader.stop()
    await database.client.close()
    await gateway.drain()
    await presence.drain()
    await messenger.drain()


async def until(holds: Callable[[], Awaitable[bool]], timeout_s: float = 30.0) -> None:
    await eventually(cast(Callable[[], bool], holds), timeout_s)


def creation(**changes: Any) -> dict[str, Any]:
    wanted = CreateUser(login="ada", name="Ada", role="agent", password=PASSWORD)
    return {"login": wanted.login, "name": wanted.name, "role": wanted.role, "password": PASSWORD} | changes
