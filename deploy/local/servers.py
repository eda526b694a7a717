"""NATS, MongoDB and Redis as processes of one machine: for the local cluster, and for tests with real servers.

Each function makes a `Server`, not yet started, whose data lies in its DATA_DIR. `await server.start()` returns once it
is usable; after `stop` or `kill`, `start` brings it back at the same port with the same data.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from chassis.nkeys import AccountKey
from contracts.permissions import users as declared_users
from deploy.local.binaries import MONGO, NATS, REDIS, Binary, choose
from deploy.local.data_dir import DataDir
from deploy.local.ports import HOST, Ports
from deploy.local.process import Process, Program
from deploy.local.replica_set import REPLICA_SET, is_usable, url_of
from deploy.nats.accounts import Permissions
from deploy.nats.servers import of_one_machine

MONGO_CACHE_GB, MONGO_CACHE_GB_MIN = 0.5, 0.25
MONGO_STEPDOWN_MS = 100
"""A primary told to stop waits 15 s for its clients by default; here they are gone before."""


class Server(Process):
    """A `Process` that is a server, at `url`. `passwords` are NATS's, by part, and `outsiders_seed` that of the key by which
    it knows auth's word; empty for the others."""

    def __init__(
        self,
        program: Program,
        data_dir: DataDir,
        url: str,
        passwords: Mapping[str, str] | None = None,
        outsiders_seed: str = "",
    ) -> None:
        super().__init__(program, data_dir)
        self.url = url
        self.passwords = passwords or {}
        self.outsiders_seed = outsiders_seed

    @property
    def port(self) -> int:
        assert self.program.port is not None
        return self.program.port


@asynccontextmanager
async def running(*servers: Server) -> AsyncIterator[None]:
    """Starts the servers at once, and stops them at the end."""
    try:
        await asyncio.gather(*(server.start() for server in servers))
        yield
    finally:
        await asyncio.gather(*(server.stop() for server in servers))


def nats(
    folder: Path,
    port: int | None = None,
    *,
    users: Mapping[str, Permissions] | None = None,
    binary: Binary | None = None,
) -> Server:
    """NATS with JetStream; its users are those the contracts declare, unless others are given."""
    data_dir, ports = DataDir(folder.absolute()), Ports()
    users = declared_users() if users is None else users
    passwords = data_dir.passwords(tuple(users))
    port = port or ports.free()
    store, seed = data_dir.of("nats"), data_dir.outsiders_seed()
    content = of_one_machine(
        host=HOST,
        port=port,
        monitor_port=ports.free(),
        store=store,
        users=users,
        passwords=passwords,
        issuer=AccountKey(seed).public,
    )
    config = data_dir.write("nats.conf", content, mode=0o600)
    command = (str((binary or choose(NATS)[0]).path), "--config", str(config))
    program = Program("nats", command, lambda: _greets(port), port=port)
    return Server(program, data_dir, f"nats://{HOST}:{port}", passwords, seed)


def mongo(folder: Path, port: int | None = None, *, binary: Binary | None = None) -> Server:
    """MongoDB as a replica set of one member, usable when that is its writable primary."""
    port = port or Ports().free()
    return mongo_member(folder, 0, port, [port], binary=binary)


def mongo_member(
    folder: Path, number: int, port: int, members: Sequence[int], *, binary: Binary | None = None
) -> Server:
    """The member of this number, which listens at `port`; all of them are known, to each other and to clients, at the
    ports `members`. `url` is that of the set. Usable when it is the writable primary, or follows it."""
    name = "mongo" if number == 0 else f"mongo-{number + 1}"
    data_dir = DataDir(folder.absolute())
    command = (
        *(str((binary or choose(MONGO)[0]).path), "--replSet", REPLICA_SET, "--bind_ip", HOST, "--port", str(port)),
        *("--dbpath", str(data_dir.of(name)), "--nounixsocket"),
        *("--wiredTigerCacheSizeGB", str(max(MONGO_CACHE_GB_MIN, MONGO_CACHE_GB / len(members)))),
        *("--setParameter", f"shutdownTimeoutMillisForSignaledShutdown={MONGO_STEPDOWN_MS}"),
        *("--setParameter", "diagnosticDataCollectionEnabled=false"),
    )

    async def usable() -> bool:
        return await is_usable(port, members, is_first=number == 0)

    return Server(Program(name, command, usable, port=port), data_dir, url_of(members))


def redis(folder: Path, port: int | None = None, *, binary: Binary | None = None) -> Server:
    """Redis without persistence: what it holds is made anew after a restart."""
    data_dir = DataDir(folder.absolute())
    port = port or Ports().free()
    command = (
        *(str((binary or choose(REDIS)[0]).path), "--bind", HOST, "--port", str(port)),
        *("--dir", str(data_dir.of("redis")), "--save", "", "--appendonly", "no"),
    )
    return Server(Program("redis", command, lambda: _pongs(port), port=port), data_dir, f"redis://{HOST}:{port}/0")


async def _greets(port: int) -> bool:
    """NATS accepts clients, and greets them, only after JetStream has recovered its streams."""
    line = await _exchange(port, b"")
    return line.startswith(b"INFO ") and bool(json.loads(line[5:]).get("jetstream"))


async def _pongs(port: int) -> bool:
    return await _exchange(port, b"PING\r\n") == b"+PONG\r\n"


async def _exchange(port: int, said: bytes) -> bytes:
    async with asyncio.timeout(2):  # a TimeoutError is an OSError: not usable yet
        reader, writer = await asyncio.open_connection(HOST, port)
        try:
            writer.write(said)
            return await reader.readline()
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
