"""A cluster whose only admin is away, and the command with its variables."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from deploy.local import servers as real
from deploy.local.process import ROOT
from tests.doors.house import House, Servers, house

ENDS_S = 30.0


@dataclass(frozen=True)
class Ended:
    """How the command ended, and what it said."""

    code: int
    said: str
    complained: str


@dataclass(frozen=True)
class Command:
    variables: dict[str, str]

    async def __call__(self, *words: object, stdin: str = "", **changed: str) -> Ended:
        """`changed` variables; an empty one is not set."""
        variables = {name: value for name, value in (self.variables | changed).items() if value}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "parley", *map(str, words)),
            cwd=ROOT,
            env=_clean() | variables,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(ENDS_S):
                said, complained = await process.communicate(stdin.encode())
        except TimeoutError:
            process.kill()
            await process.communicate()
            raise
        assert process.returncode is not None
        assert b"Traceback" not in complained, complained.decode()
        return Ended(process.returncode, said.decode(), complained.decode())

    @asynccontextmanager
    async def goes_on(self, *words: object) -> AsyncIterator[asyncio.StreamReader]:
        """What it says, as it comes; ended as by Ctrl-C, and it ends as one expects then."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "parley", *map(str, words)),
            cwd=ROOT,
            env=_clean() | self.variables,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None and process.stderr is not None
        try:
            yield process.stdout
            process.send_signal(signal.SIGINT)
            async with asyncio.timeout(ENDS_S):
                complained = await process.stderr.read()
                assert (await process.wait(), complained) == (130, b"parley: Broken off.\n")
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


def _clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")}


@pytest.fixture
def offline() -> Command:
    """Without a cluster."""
    return Command({})


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("servers")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def servers(folder: Path) -> AsyncIterator[Servers]:
    made = Servers(real.nats(folder), real.mongo(folder), real.redis(folder))
    async with real.running(made.nats, made.mongo, made.redis):
        yield made


@pytest_asyncio.fixture
async def parley(servers: Servers) -> AsyncIterator[House]:
    async with house(servers) as made:
        await made.database["users"].update_one({"login": "root"}, {"$set": {"disabled": True}})
        yield made


@pytest.fixture
def command(servers: Servers) -> Command:
    """As the operator of the cluster."""
    password = servers.nats.passwords["operator"]
    return Command({"PARLEY_NATS_URL": servers.nats.url, "PARLEY_NATS_PASSWORD": password})


@pytest.fixture
def watching(servers: Servers) -> Command:
    """As the one who may read the stream."""
    password = servers.nats.passwords["watcher"]
    return Command({"PARLEY_NATS_URL": servers.nats.url, "PARLEY_NATS_PASSWORD": password})
