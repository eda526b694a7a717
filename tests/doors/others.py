"""More replicas beside those of a house, and an operator."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from chassis import lifetime
from chassis.bus import Bus
from chassis.bus.caller import Caller, calling
from chassis.settings import Settings
from chassis.tasks import Tasks
from deploy.local.ports import Ports
from services.auth.settings import AuthSettings
from services.auth.wiring import Auth
from services.gateway.settings import GatewaySettings
from services.gateway.wiring import Gateway
from tests.doors.house import House, Servers


@asynccontextmanager
async def auth(servers: Servers, house: House, name: str = "auth-2", **changed: Any) -> AsyncIterator[Auth]:
    """Another replica, on the same stores, by the same clock."""
    stores = {"mongo_url": servers.mongo.url, "mongo_database": house.database.name, "redis_url": servers.redis.url}
    own = {"bcrypt_cost": 4, "key_days": 0, "key_reload_s": 0.1} | stores
    async with _running(AuthSettings(**{**_of(servers, "auth", name), **own, **changed}), "auth", house) as part:
        yield part


@asynccontextmanager
async def gateway(servers: Servers, house: House, **changed: Any) -> AsyncIterator[str]:
    """The address of another one."""
    own = {"host": "127.0.0.1", "port": Ports().free()} | changed
    async with _running(GatewaySettings(**{**_of(servers, "gateway", "gateway-2"), **own}), "gateway", house):
        yield f"http://127.0.0.1:{own['port']}"


@asynccontextmanager
async def operator(servers: Servers) -> AsyncIterator[Caller]:
    """Whoever runs the cluster, with a command."""
    async with calling(Settings(**_of(servers, "operator", "operator-1"))) as caller:
        yield caller


@asynccontextmanager
async def _running(settings: Any, part: str, house: House) -> AsyncIterator[Any]:
    bus, tasks = await Bus.connect(settings, part), Tasks()
    running: Any = Auth(settings, bus, tasks, house.clock) if part == "auth" else Gateway(settings, bus, tasks)
    try:
        await running.start()
        yield running
    finally:
        await lifetime.stop(part, running, bus, tasks)


def _of(servers: Servers, part: str, name: str) -> dict[str, Any]:
    user, password = part, servers.nats.passwords[part]
    return {"instance": name, "nats_url": servers.nats.url, "nats_user": user, "nats_password": password}
