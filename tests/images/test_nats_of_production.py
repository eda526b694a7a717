"""NATS takes its configurations of production, and with them everybody is who they are by the password of their part."""

import asyncio
import contextlib
from collections.abc import Mapping
from pathlib import Path

import nats.errors
import nats.js.errors
import pytest

from chassis.bus import Bus
from chassis.bus.stream import NAME as STREAM
from chassis.settings import Settings
from deploy.local.ports import HOST, Ports
from deploy.nats.servers import SERVERS, production_users, route_variables, variables
from tests.images.nats_server import CLUSTER, ONE, admits, check, environment, moved
from tests.kit.waiting import eventually


@pytest.mark.parametrize("config", [ONE, CLUSTER], ids=["one server", "a cluster"])
def test_nats_takes_it_with_the_variables_it_names_and_no_others(config: Path) -> None:
    needed = variables() + (route_variables() if config == CLUSTER else [])
    environ = {name: value for name, value in environment().items() if name in needed}
    assert check(config, environ)[0] == 0
    for name in needed:
        code, said = check(config, {other: value for other, value in environ.items() if other != name})
        assert code == 1 and name in said


def test_a_password_of_digits_is_refused_not_taken_for_another() -> None:
    code, _ = check(ONE, environment() | {"NATS_PASSWORD_AUTH": "20270131"})
    assert code != 0


async def test_one_server_knows_every_part_by_its_password(tmp_path: Path) -> None:
    environ, ports = environment(), Ports()
    server = moved(ONE, tmp_path, "nats", port := ports.free(), ports.free(), environ)
    await server.start()
    try:
        for part in production_users():
            assert await admits(port, part, environ[f"NATS_PASSWORD_{part.upper()}"])
        for part, password in (("auth", environ["NATS_PASSWORD_GATEWAY"]), ("auth", ""), ("local", "")):
            assert not await admits(port, part, password)
    finally:
        await server.stop(10)


async def test_what_three_servers_acknowledged_outlives_any_of_them(tmp_path: Path) -> None:
    ports = Ports()
    clients, routes = [ports.free() for _ in range(SERVERS)], [ports.free() for _ in range(SERVERS)]
    found = {f"NATS_ROUTE_{number}": f"nats://routes:proutes@{HOST}:{port}" for number, port in enumerate(routes)}
    environ = environment() | found
    servers = [
        moved(CLUSTER, tmp_path, f"nats-{number}", port, route_port, environ | {"POD_NAME": f"nats-{number}"})
        for number, (port, route_port) in enumerate(zip(clients, routes, strict=True))
    ]
    try:
        await asyncio.gather(*(server.start() for server in servers))
        bus = await _come(clients[0], environ)
        info = await bus.js.stream_info(STREAM)
        assert info.config.num_replicas == SERVERS
        await eventually(lambda: _published(bus))
        assert info.cluster is not None
        leader = next(server for server in servers if server.name == info.cluster.leader)
        leader.kill()
        await leader.until_ended()
        left = next(port for port, server in zip(clients, servers, strict=True) if server is not leader)
        await bus.drain()
        bus = await _come(left, environ)
        await eventually(lambda: _published(bus))
        assert (await bus.js.stream_info(STREAM)).state.messages == 2
        await bus.drain()
    finally:
        await asyncio.gather(*(server.stop(10) for server in servers))


async def _come(port: int, environ: Mapping[str, str]) -> Bus:
    bus = await eventually(lambda: _bus(port, environ))
    assert bus is not None
    return bus


async def _bus(port: int, environ: Mapping[str, str]) -> Bus | None:
    """None until the servers have found each other."""
    settings = Settings(
        instance="auth-1",
        nats_url=f"nats://{HOST}:{port}",
        nats_user="auth",
        nats_password=environ["NATS_PASSWORD_AUTH"],
        stream_replicas=SERVERS,
    )
    with contextlib.suppress(nats.errors.Error, nats.js.errors.Error, OSError, TimeoutError):
        return await Bus.connect(settings, "auth")
    return None


async def _published(bus: Bus) -> bool:
    with contextlib.suppress(nats.errors.Error, nats.js.errors.Error, TimeoutError):
        headers = {"Nats-Msg-Id": "once" if not await _messages(bus) else "twice"}
        await bus.js.publish("parley.event.auth.user.created.u_1", b"{}", headers=headers, timeout=2)
        return True
    return False


async def _messages(bus: Bus) -> int:
    return int((await bus.js.stream_info(STREAM)).state.messages)
