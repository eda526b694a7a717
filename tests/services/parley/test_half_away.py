"""The command while NATS does not do all that it should, nobody reads what it says, or another operator is at it: a sentence,
and never a traceback."""

import asyncio
import os
import re
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chassis.bus.caller import Caller, calling
from contracts.permissions import STREAM
from deploy.local.process import ROOT
from deploy.local.servers import Server, nats, running
from parley.cluster import ClusterSettings
from parley.verbs import rebuild_stream
from tests.doors.house import House
from tests.services.chassis.test_bus import connect
from tests.services.parley.conftest import Command

VERBS = (
    ("status",),
    ("parked", "list"),
    ("parked", "show", "--id", 1),
    ("parked", "replay", "--all"),
    ("rebuild-stream", "--yes"),
)


@pytest.fixture
async def without_streams(tmp_path: Path) -> AsyncIterator[Server]:
    """A NATS whose accounts have no JetStream."""
    server = nats(tmp_path)
    config = tmp_path / "run" / "nats.conf"
    content = config.read_text()
    assert content.count("jetstream: enabled\n") == 1
    config.write_text(content.replace("jetstream: enabled\n", ""))
    async with running(server):
        yield server


@pytest.mark.parametrize("words", VERBS, ids=lambda words: " ".join(map(str, words)))
async def test_without_streams_each_verb_says_so(without_streams: Server, words: tuple[object, ...]) -> None:
    """It ended with a traceback."""
    url, password = without_streams.url, without_streams.passwords["operator"]
    ended = await Command({"PARLEY_NATS_URL": url, "PARLEY_NATS_PASSWORD": password})(*words)
    assert ended.code == 1, ended
    assert re.fullmatch(r"parley: NATS [^\n]+\.\n", ended.complained), ended


async def test_who_has_read_enough_is_not_complained_to(parley: House, watching: Command) -> None:
    """`… | head` was a traceback."""
    variables = {**os.environ, **watching.variables}
    words = f"{sys.executable} -m parley events follow --since 1 | head -n 1"
    shell = await asyncio.create_subprocess_shell(words, cwd=ROOT, env=variables, stdout=PIPE, stderr=PIPE)
    await parley.database["users"].update_one({"login": "root"}, {"$set": {"disabled": False}})
    await parley.create("ada")
    async with asyncio.timeout(20):
        said, complained = await shell.communicate()
    assert (said.count(b"\n"), complained) == (1, b"")


async def test_the_stream_that_another_operator_just_made_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two at once the second one deleted what the first one had made."""
    server = nats(tmp_path)
    async with running(server):
        bus = await connect(server, "messenger")
        made: list[str] = []

        async def meanwhile(caller: Caller) -> None:
            await caller.js.delete_stream(STREAM)
            other = await connect(server, "messenger")
            made.append(other.epoch)
            await other.drain()

        monkeypatch.setattr(rebuild_stream, "_until_heard", meanwhile)
        settings = ClusterSettings(nats_url=server.url, nats_password=server.passwords["operator"])
        async with calling(settings) as caller, asyncio.timeout(20):
            before, after = await rebuild_stream.rebuild(caller, is_unheard_fine=False)
        assert (before, [after]) == (bus.epoch, made)
        await bus.drain()
