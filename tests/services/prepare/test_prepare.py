"""`python -m services prepare` makes all that the parts would make when they start, before them and beside them."""

import asyncio
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import nats as nats_client
import pytest
from nats.js.client import JetStreamContext
from pymongo import AsyncMongoClient

from chassis.bus.stream import NAME as STREAM
from chassis.bus.stream import epoch
from contracts.outsiders import OUTSIDE_API, OUTSIDE_STREAMS, TOLD_STREAM
from contracts.permissions import DEAD_STREAM
from deploy.local.ports import HOST, Ports
from deploy.local.process import ROOT
from deploy.local.servers import Server, mongo, nats, redis
from services.prepare import PARTS
from tests.kit.servers import thrown_away
from tests.kit.waiting import eventually

pytestmark = pytest.mark.asyncio


class House:
    """Servers, and the settings of all parts: with mails and outsiders, so that there is all that can be."""

    def __init__(self, folder: Path) -> None:
        self.nats, self.mongo, self.redis = nats(folder), mongo(folder), redis(folder)

    def environ(self, part: str, **more: str) -> dict[str, str]:
        return {
            "PARLEY_INSTANCE": f"{part}-1",
            "PARLEY_NATS_URL": self.nats.url,
            "PARLEY_NATS_USER": part,
            "PARLEY_NATS_PASSWORD": self.nats.passwords[part],
            "PARLEY_MONGO_URL": self.mongo.url,
            "PARLEY_REDIS_URL": self.redis.url,
            "PARLEY_OUTSIDERS_SEED": self.nats.outsiders_seed,
            "PARLEY_SMTP_HOST": "smtp.example.org",
            "PARLEY_SMTP_FROM": "parley@example.org",
            "PARLEY_BCRYPT_COST": "4",
            **more,
        }


async def test_what_is_prepared_is_what_the_parts_would_make(tmp_path: Path) -> None:
    house = House(tmp_path)
    async with (
        started(
            "prepare", {name: value for name, value in house.environ("prepare").items() if "REDIS" not in name}
        ) as waiting,
        thrown_away(house.nats, house.mongo, house.redis),
    ):
        assert await ended(waiting) == (0, "")
        prepared = await made(house)
        assert len(prepared["consumers"]) >= 6 and len(prepared["indexes"]) >= 10
        ports = Ports()
        ops_ports = {part: str(ports.free()) for part in PARTS}
        environs = {part: house.environ(part, PARLEY_OPS_PORT=port) for part, port in ops_ports.items()}
        parts = [started(part, environ) for part, environ in environs.items()]
        async with parts[0], parts[1], parts[2], parts[3]:
            for port in ops_ports.values():
                await eventually(lambda port=port: is_ready(port))  # type: ignore[misc]
            assert await made(house) == prepared
            assert await once("prepare", house.environ("prepare", PARLEY_STREAM_MAX_AGE_S="7200")) == (0, "")
            limited = await made(house)
            assert limited["streams"].pop(STREAM) == 7200 and limited["epoch"] == prepared["epoch"]
            for port in ops_ports.values():
                assert await once("healthcheck", {"PARLEY_OPS_PORT": port}) == (0, "")


async def test_who_is_not_there_in_time_is_named(tmp_path: Path) -> None:
    house = House(tmp_path)
    soon = house.environ("prepare", PARLEY_PREPARE_WAIT_S="1")
    code, said = await once("prepare", soon)
    assert code == 1 and "NATS" in said
    async with thrown_away(house.nats):
        code, said = await once("prepare", soon | {"PARLEY_STREAM_REPLICAS": "3"})
        assert code == 1 and "replicas" in said


async def test_who_waits_leaves_when_told() -> None:
    """Process 1 of a container has no default for SIGTERM: it went on until it was killed."""
    nowhere = {"NATS_URL": f"nats://{HOST}:{Ports().free()}", "MONGO_URL": "mongodb://nowhere"}
    own = {"INSTANCE": "prepare-1", "NATS_USER": "prepare", "NATS_PASSWORD": "p"}
    async with started("prepare", {f"PARLEY_{name}": value for name, value in (nowhere | own).items()}) as waiting:
        await eventually(lambda: catches_sigterm(waiting.pid))
        waiting.terminate()
        assert (await ended(waiting))[0] == 143


async def test_other_words_and_settings_are_named_and_nothing_is_done() -> None:
    code, said = await once("operator", {})
    assert code == 2 and all(part in said for part in PARTS)
    code, said = await once("prepare", {"PARLEY_INSTANCE": "prepare-1", "PARLEY_STREAM_REPLICAS": "many"})
    assert code == 2
    assert (said.count("PARLEY_MONGO_URL"), said.count("PARLEY_STREAM_REPLICAS")) == (1, 1)
    assert (await once("healthcheck", {"PARLEY_OPS_PORT": "none"}))[0] == 1
    assert (await once("healthcheck", {"PARLEY_OPS_PORT": str(Ports().free())}))[0] == 1


@asynccontextmanager
async def started(word: str, environ: Mapping[str, str]) -> AsyncIterator[Process]:
    words = (sys.executable, "-m", "services", word)
    process = await asyncio.create_subprocess_exec(*words, env=environ, cwd=ROOT, stdout=PIPE, stderr=PIPE)
    talking = asyncio.create_task(_read(process))
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        print(f"{word}:", *await talking, sep="\n")


async def _read(process: Process) -> list[str]:
    assert process.stdout is not None
    return (await process.stdout.read()).decode().splitlines()


async def ended(process: Process) -> tuple[int, str]:
    """Its code, and what it said on standard error."""
    assert process.stderr is not None
    said = (await process.stderr.read()).decode()
    return await process.wait(), said


async def once(word: str, environ: Mapping[str, str]) -> tuple[int, str]:
    async with started(word, environ) as process:
        return await ended(process)


def catches_sigterm(pid: int) -> bool:
    caught = re.search(r"^SigCgt:\s*([0-9a-f]+)", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return caught is not None and bool(int(caught[1], 16) >> (signal.SIGTERM - 1) & 1)


async def is_ready(port: str) -> bool:
    try:
        reader, writer = await asyncio.open_connection(HOST, int(port))
    except OSError:
        return False
    writer.write(b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    line = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return b" 200 " in line


async def made(house: House) -> dict[str, Any]:
    """All that is there for good: indexes by collection, consumers by name, streams with their age."""
    async with AsyncMongoClient[dict[str, Any]](house.mongo.url) as client:
        database = client["parley"]
        indexes = {name: await database[name].index_information() for name in await database.list_collection_names()}
    async with streams_of(house.nats, "operator") as js:
        found = [one.config for one in await js.consumers_info(STREAM) if one.config.durable_name]
        consumers = {one.durable_name: one.filter_subjects or one.filter_subject for one in found}
        streams = {name: (await js.stream_info(name)).config.max_age for name in (STREAM, DEAD_STREAM)}
        of_stream = await epoch(js)
    async with streams_of(house.nats, "auth") as js:
        streams[TOLD_STREAM] = (await js.stream_info(TOLD_STREAM)).config.max_age
    async with streams_of(house.nats, "auth", prefix=OUTSIDE_API) as js:
        streams |= {f"outside {name}": (await js.stream_info(name)).config.max_age for name in OUTSIDE_STREAMS}
    kept = {name: made for name, made in indexes.items() if len(made) > 1}
    return {"indexes": kept, "consumers": consumers, "streams": streams, "epoch": of_stream}


@asynccontextmanager
async def streams_of(server: Server, user: str, prefix: str = "$JS.API") -> AsyncIterator[JetStreamContext]:
    client = await nats_client.connect(
        server.url, user=user, password=server.passwords[user], inbox_prefix=f"_INBOX_{user}".encode()
    )
    try:
        yield client.jetstream(prefix=prefix)
    finally:
        await client.close()
