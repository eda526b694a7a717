"""The floor: its cluster, its people, its listeners and what the first gateway spends."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import aiohttp

from bench.floor.wire import stamp
from bench.replay.cpu import spent
from deploy.local.ports import Ports
from parley_client import Parley, asks, types

PASSWORD = "Parley-2026"
TALKERS = 8
AT_ONCE = 16
START_S = 120.0
SETTINGS = {"PARLEY_BCRYPT_COST": "4", "PARLEY_ASKS_BURST": "100000", "PARLEY_ASKS_PER_S": "100000"}


@dataclass(frozen=True)
class Heard:
    """By listeners, since they began anew. `p50`, `p99`: milliseconds from sending to hearing."""

    messages: int
    unreads: int
    over: int
    p50: float
    p99: float


class Ears:
    """Many listeners in one process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def told(self, line: str) -> Heard:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line.encode() + b"\n")
        found = json.loads(await self._process.stdout.readline())
        late = found["late_ms"]
        return Heard(found["messages"], found["unreads"], found["over"], late["50"], late["99"])

    async def until(self, messages: int, within_s: float = 60.0) -> None:
        """So many have been heard, or that time is over."""
        until = monotonic() + within_s
        while (await self.told("heard")).messages < messages and monotonic() < until:
            await asyncio.sleep(0.1)

    async def leave(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()


@dataclass
class Floor:
    data_dir: Path
    gateways: Sequence[str]
    http: aiohttp.ClientSession
    tokens: list[str] = field(default_factory=list)
    """Of those who listen, one each."""
    talkers: list[Parley] = field(default_factory=list)
    group: str = ""
    _turn: int = 0

    def cpu_s(self) -> float:
        """Spent by the first gateway since it started."""
        return spent(self.data_dir / "run")["gateway-1"].seconds

    def rss_mb(self) -> float:
        """Held by the first gateway."""
        pid = int((self.data_dir / "run" / "gateway-1.pid").read_text(encoding="ascii"))
        for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise LookupError("VmRSS")

    async def listen(self, tokens: Sequence[str]) -> Ears:
        _, _, place = self.gateways[0].rpartition("/")
        host, _, port = place.partition(":")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.floor.ears", host, port),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(list(tokens)).encode() + b"\n")
        if await process.stdout.readline() != b"live\n":
            sys.exit("floor: not all who listen became live")
        return Ears(process)

    async def say(self, padding: int = 0) -> None:
        """One message to the group, by the next who talks."""
        self._turn += 1
        key, to = secrets.token_hex(8), types.To(conversation_id=self.group)
        message = types.SendMessage(to=to, client_message_id=key, text=stamp() + "x" * padding)
        await self.talkers[self._turn % len(self.talkers)].ask(asks.MESSAGE_SEND, message)

    async def talk(self, messages: int, per_s: float, padding: int = 0) -> float:
        """So many messages, evenly; gives how long it took, in seconds."""
        began = monotonic()
        saying: set[asyncio.Task[None]] = set()
        for number in range(messages):
            await asyncio.sleep(began + number / per_s - monotonic())
            saying.add(task := asyncio.create_task(self.say(padding)))
            task.add_done_callback(saying.discard)
        await asyncio.gather(*saying)
        return monotonic() - began

    async def people(self, count: int) -> None:
        """Makes them, the group they are in, and logs them in."""
        admin, some = self._person("admin"), asyncio.Semaphore(AT_ONCE)

        async def one(login: str) -> Parley:
            async with some:
                form = types.CreateUser(login=login, name=login, role="agent", password=PASSWORD, request_id=login)
                await admin.ask(asks.USER_CREATE, form)
                person = self._person(login)
                await person.log_in()
                return person

        made = await asyncio.gather(*(one(f"floor-{number}") for number in range(count + TALKERS)))
        group = types.CreateGroup(name="Floor", member_ids=[person.user.user_id for person in made], request_id="floor")
        self.group = (await admin.ask(asks.GROUP_CREATE, group)).conversation.conversation_id
        self.tokens = [await person.access_token() for person in made[:count]]
        self.talkers = made[count:]

    def _person(self, login: str) -> Parley:
        """Over HTTP, at the second gateway."""
        return Parley(self.gateways[1], login=login, password=PASSWORD, http=self.http)


@asynccontextmanager
async def floor(people: int, **settings: str) -> AsyncIterator[Floor]:
    """A cluster of its own, thrown away afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        port = str(Ports().free())
        options = {"DATA_DIR": folder, "PORT": port, "GATEWAYS": "2", **SETTINGS, **settings}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "deploy.local"), env={**os.environ, **options}, stdout=asyncio.subprocess.PIPE
        )
        try:
            async with asyncio.timeout(START_S):
                urls = await _ready(process)
            connector = aiohttp.TCPConnector(limit=0)
            async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as http:
                made = Floor(Path(folder), urls, http)
                await made.people(people)
                yield made
        finally:
            process.send_signal(signal.SIGTERM)
            await process.communicate()


async def _ready(process: asyncio.subprocess.Process) -> list[str]:
    assert process.stdout is not None
    urls: list[str] = []
    while len(urls) < 2:
        line = (await process.stdout.readline()).decode()
        if not line:
            sys.exit("floor: the cluster did not start")
        if line.startswith("ready "):
            urls.append(line.split()[1])
    return urls
