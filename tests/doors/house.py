"""All five parts in one process, on real servers, with a clock for auth that tests move ahead."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from redis.exceptions import RedisError

from chassis import lifetime
from chassis.bus import PARLEY, Bus, Told
from chassis.settings import Settings
from chassis.stores import mongo, open_redis
from chassis.tasks import Tasks
from contracts.everything import ASKS
from deploy.local.ports import Ports
from deploy.local.servers import Server
from services.auth.settings import AuthSettings
from services.auth.wiring import Auth
from services.gateway.settings import GatewaySettings
from services.gateway.wiring import Gateway
from services.messenger.settings import MessengerSettings
from services.messenger.wiring import Messenger
from services.notifier.settings import NotifierSettings
from services.notifier.wiring import Notifier
from services.presence.settings import PresenceSettings
from services.presence.wiring import Presence
from tests.kit.declared import check_over_http
from tests.kit.emptied import empty
from tests.kit.raw_socket import RawSocket

PASSWORD = "Parley-2026"
DATABASE = "doors"
"""Emptied for each house."""


class MovedClock:
    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def move(self, **ahead: float) -> None:
        self.ahead += timedelta(**ahead)


@dataclass(frozen=True)
class Answer:
    """What HTTP said. `body` is {} where there is none."""

    status: int
    body: dict[str, Any]
    headers: Mapping[str, str]

    @property
    def code(self) -> str:
        return str(self.body.get("code", ""))


@dataclass
class Servers:
    """Real ones, shared by the tests of a session."""

    nats: Server
    mongo: Server
    redis: Server


@dataclass
class House:
    """Starts with one person, the admin `root`. `told` is the stream since the start."""

    url: str
    http: aiohttp.ClientSession
    clock: MovedClock
    database: Any
    redis: Any
    local: Bus
    told: list[Told] = field(default_factory=list)

    async def ask(self, method: str, path: str, body: Any = None, token: str | None = None, **headers: str) -> Answer:
        """`path` below /api/v1. A `body` that is text is sent as it is."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        sent = {"data": body} if isinstance(body, str | bytes) else {"json": body}
        async with self.http.request(method, f"{self.url}/api/v1{path}", headers=headers, **sent) as response:
            content = await response.json(content_type=None) if response.status != 204 else {}
            answer = Answer(response.status, content or {}, response.headers)
        check_over_http(method, urlsplit(f"/api/v1{path}").path, answer.status, answer.body)
        return answer

    async def log_in(self, login: str, password: str = PASSWORD, **headers: str) -> Answer:
        form = {"login": login, "password": password, "session": "token"}
        return await self.ask("POST", "/auth/login", form, **headers)

    async def token(self, login: str, password: str = PASSWORD) -> str:
        answer = await self.log_in(login, password)
        assert answer.status == 200, answer
        return str(answer.body["access_token"])

    async def create(self, login: str, role: str = "agent", **more: Any) -> dict[str, Any]:
        """Made by root; `password=None` leaves it out."""
        fields = {"login": login, "name": login.title(), "role": role, "password": PASSWORD} | more
        form = {name: value for name, value in fields.items() if value is not None}
        answer = await self.ask("POST", "/users", form, await self.token("root"))
        assert answer.status == 201, answer
        user: dict[str, Any] = answer.body["user"]
        return user

    def socket(self, token: str | None = None) -> RawSocket:
        """`async with house.socket(token) as socket`: past `ready`."""
        return RawSocket(self.http, self.url, token)

    def names(self) -> list[str]:
        """The events so far."""
        return [told.name for told in self.told]


@asynccontextmanager
async def house(servers: Servers, **changed: Mapping[str, Any]) -> AsyncIterator[House]:
    """`changed`: settings by part, e.g. auth={"access_token_s": 2}."""
    port, clock = Ports().free(), MovedClock()
    own = {
        "auth": {"bcrypt_cost": 4, "key_days": 0, "redis_url": servers.redis.url},
        "presence": {"redis_url": servers.redis.url, "grace_s": 0.5},
        "gateway": {"host": "127.0.0.1", "port": port},
    }
    stores = {"mongo_url": servers.mongo.url, "mongo_database": DATABASE}

    def settings(kind: type[Any], part: str, **more: Any) -> Any:
        password = servers.nats.passwords[part]
        common = {"instance": f"{part}-1", "nats_url": servers.nats.url, "nats_user": part, "nats_password": password}
        return kind(**{**common, **more, **own.get(part, {}), **changed.get(part, {})})

    async with AsyncExitStack() as left:

        async def run(part: str, settings: Any, wire: Any) -> None:
            bus, tasks = await Bus.connect(settings, part), Tasks()
            running = wire(settings, bus, tasks)
            left.push_async_callback(lifetime.stop, part, running, bus, tasks)
            await running.start()

        local = await Bus.connect(settings(Settings, "local"), "local")
        left.push_async_callback(local.drain)
        of_auth = settings(AuthSettings, "auth", **stores)
        database, redis = mongo(of_auth), open_redis(of_auth)
        left.push_async_callback(database.client.close)
        left.push_async_callback(redis.aclose)
        with suppress(RedisError):  # one that is away has nothing to be emptied of
            await redis.flushall()
        await empty(database)
        await run("notifier", settings(NotifierSettings, "notifier", **stores), Notifier)
        await run("auth", of_auth, lambda settings, bus, tasks: Auth(settings, bus, tasks, clock))
        await run("messenger", settings(MessengerSettings, "messenger", **stores), Messenger)
        await run("presence", settings(PresenceSettings, "presence"), Presence)
        await run("gateway", settings(GatewaySettings, "gateway"), Gateway)
        http = await left.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))
        made = House(f"http://127.0.0.1:{port}", http, clock, database, redis, local)
        listening = await Bus.connect(settings(GatewaySettings, "gateway"), "gateway")
        left.push_async_callback(listening.drain)
        await listening.read(made.told.append)
        create = ASKS["user.create"]
        root = create.request(login="root", name="Root", role="admin", password=PASSWORD)
        await local.ask(create, root, PARLEY)
        yield made
