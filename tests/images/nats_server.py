"""A NATS server with a configuration of production, moved to ports of this machine, its environment as production gives it."""

import asyncio
import contextlib
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

from chassis.nkeys import AccountKey, new_seed
from deploy.local.binaries import NATS, choose
from deploy.local.data_dir import DataDir
from deploy.local.ports import HOST
from deploy.local.process import Process, Program
from deploy.nats import servers

ROOT = Path(__file__).parents[2]
ONE = ROOT / "deploy" / "compose" / "nats.conf"
CLUSTER = ROOT / "k8s" / "components" / "nats" / "nats.conf"


def environment() -> dict[str, str]:
    """All that either configuration needs, for the first server of three."""
    given = {name: f"p{number:04d}secret" for number, name in enumerate(servers.variables())}
    routes = {name: f"nats://routes:proutes@nats-{name[-1]}.nats:6222" for name in servers.route_variables()}
    issuer = AccountKey(new_seed()).public
    return given | routes | {"POD_NAME": "nats-0", servers.ROUTES_PASSWORD: "proutes", servers.ISSUER: issuer}


def check(config: Path, environ: Mapping[str, str]) -> tuple[int, str]:
    """As `nats-server -t` sees it: its code, and what it says."""
    command = [str(choose(NATS)[0].path), "-t", "-c", str(config)]
    done = subprocess.run(command, env=dict(environ), capture_output=True, text=True, check=False, timeout=20)
    return done.returncode, done.stdout + done.stderr


async def admits(port: int, user: str, password: str) -> bool:
    """Whether the server lets this user in: the client of Python tells a refusal from a silence by waiting only."""
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        writer.write(f"CONNECT {json.dumps({'user': user, 'pass': password, 'verbose': False})}\r\nPING\r\n".encode())
        async with asyncio.timeout(20):
            while line := await reader.readline():
                if line.startswith((b"PONG", b"-ERR")):
                    return line.startswith(b"PONG")
        return False
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def moved(config: Path, folder: Path, name: str, port: int, route_port: int, environ: Mapping[str, str]) -> Process:
    """Not started yet. Only addresses and folders are others than in production."""
    text, data_dir = config.read_text("utf-8"), DataDir(folder / name)
    for old, new in (
        (f"0.0.0.0:{servers.CLIENT_PORT}", f"{HOST}:{port}"),
        (f"0.0.0.0:{servers.ROUTE_PORT}", f"{HOST}:{route_port}"),
        (f"0.0.0.0:{servers.MONITOR_PORT}", f"{HOST}:0"),
        (f"{HOST}:{servers.MONITOR_PORT}", f"{HOST}:0"),
        (f'"{servers.STORE}"', f'"{data_dir.of("store")}"'),
        (servers.PID_FILE, str(data_dir.run / "server.pid")),
    ):
        text = text.replace(old, new)
    path = data_dir.write("nats.conf", text)

    async def listens() -> bool:
        _, writer = await asyncio.open_connection(HOST, port)
        writer.close()
        await writer.wait_closed()
        return True

    command = (str(choose(NATS)[0].path), "--config", str(path))
    return Process(Program(name, command, listens, env=environ, port=port), data_dir)
