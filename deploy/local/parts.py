"""The five services as processes of the local cluster: how many of each, and with which environment."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit, urlunsplit

from deploy.local.options import Options
from deploy.local.ports import HOST, Ports
from deploy.local.process import Program
from deploy.local.servers import Server

REPLICATED = ("auth", "messenger", "presence", "notifier")
DATABASE = "parley"
Through = Callable[[str, str, int], int]
"""The port by which the process of the first name reaches the server of the second, which listens at the third."""


def straight(_: str, __: str, port: int) -> int:
    return port


def parts(
    options: Options, ports: Ports, nats: Server, mongo: Server, redis: Server, through: Through = straight
) -> Iterator[Program]:
    """One program per process, gateways last. What the person set (PARLEY_...) is passed on, below what is ours."""
    shared = {
        "PARLEY_PUBLIC_URL": f"http://{HOST}:{options.gateway_ports[0]}",
        **options.settings,
        "PARLEY_MONGO_URL": mongo.url,
        "PARLEY_MONGO_DATABASE": DATABASE,
        "PARLEY_OPS_HOST": HOST,
        "PYTHONUNBUFFERED": "1",
    }

    def ways_of(name: str) -> dict[str, str]:
        return {
            "PARLEY_NATS_URL": _at(nats.url, through(name, "nats", nats.port)),
            "PARLEY_REDIS_URL": _at(redis.url, through(name, "redis", redis.port)),
        }

    for part in REPLICATED:
        for number in range(1, options.replicas + 1):
            own = shared | ways_of(f"{part}-{number}")
            if part == "auth":
                own["PARLEY_OUTSIDERS_SEED"] = nats.outsiders_seed
            yield _program(part, number, ports.free(), own, nats.passwords[part])
    for number, port in enumerate(options.gateway_ports, start=1):
        own = shared | ways_of(f"gateway-{number}") | {"PARLEY_HOST": HOST, "PARLEY_PORT": str(port)}
        yield _program("gateway", number, ports.free(), own, nats.passwords["gateway"], port)


def _at(url: str, port: int) -> str:
    parts_of_url = urlsplit(url)
    return urlunsplit(parts_of_url._replace(netloc=f"{HOST}:{port}"))


def _program(
    part: str, number: int, ops_port: int, shared: dict[str, str], password: str, port: int | None = None
) -> Program:
    own = {
        "PARLEY_NATS_USER": part,
        "PARLEY_NATS_PASSWORD": password,
        "PARLEY_OPS_PORT": str(ops_port),
    }
    return Program(
        name=f"{part}-{number}",
        command=(sys.executable, "-m", f"services.{part}"),
        usable=lambda: _is_ready(ops_port),
        env=shared | own,
        port=port,
        ops_port=ops_port,
    )


async def _is_ready(ops_port: int) -> bool:
    async with asyncio.timeout(2):
        reader, writer = await asyncio.open_connection(HOST, ops_port)
        try:
            writer.write(f"GET /readyz HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
            return (await reader.readline()).split()[1:2] == [b"200"]
        finally:
            writer.close()
