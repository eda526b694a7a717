"""The five services as processes of the local cluster: how many of each, and with which environment."""

import asyncio
import sys
from collections.abc import Iterator

from deploy.local.options import Options
from deploy.local.ports import HOST, Ports
from deploy.local.process import Program
from deploy.local.servers import Server

REPLICATED = ("auth", "messenger", "presence", "notifier")
DATABASE = "parley"


def parts(options: Options, ports: Ports, nats: Server, mongo: Server, redis: Server) -> Iterator[Program]:
    """One program per process, gateways last. What the person set (PARLEY_...) is passed on, below what is ours."""
    shared = {
        "PARLEY_PUBLIC_URL": f"http://{HOST}:{options.gateway_ports[0]}",
        **options.settings,
        "PARLEY_NATS_URL": nats.url,
        "PARLEY_MONGO_URL": mongo.url,
        "PARLEY_MONGO_DATABASE": DATABASE,
        "PARLEY_REDIS_URL": redis.url,
        "PARLEY_OPS_HOST": HOST,
        "PYTHONUNBUFFERED": "1",
    }
    for part in REPLICATED:
        for number in range(1, options.replicas + 1):
            yield _program(part, number, ports.free(), shared, nats.passwords[part])
    for number, port in enumerate(options.gateway_ports, start=1):
        public = {"PARLEY_HOST": HOST, "PARLEY_PORT": str(port)}
        yield _program("gateway", number, ports.free(), shared | public, nats.passwords["gateway"], port)


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
