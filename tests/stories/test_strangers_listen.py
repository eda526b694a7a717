"""Other services hear everything that they may, once and in order: from where they like, filtered as they like, whatever dies."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from contracts.outsiders import EVENTS_SCOPE, TEXT_SCOPE
from deploy.local.node import node, npm
from tests.chaos.harm import until_whole
from tests.kit.api import Api
from tests.kit.outsider import connected, password_of, state_of, token_for
from tests.kit.session import open_http
from tests.kit.waiting import eventually
from tests.stories.conftest import PASSWORD, ROOT, Running

EXAMPLES = ROOT / "examples"
LANGUAGES = ("python", "javascript")
ADMITTED_S = 6
"""So that every listener is sent away and admitted again while it is tested."""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("strangers")
    running = Running(folder, REPLICAS="2", PARLEY_OUTSIDERS_ADMITTED_S=str(ADMITTED_S))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def javascript(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example")
    for name in ("listen.js", "package.json", "package-lock.json"):
        shutil.copy(EXAMPLES / "javascript" / name, folder)
    subprocess.run([*npm(), "ci", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True, timeout=200)
    return folder


@pytest.fixture
async def api(cluster: Running) -> AsyncIterator[Api]:
    async with open_http() as http:
        yield Api(http, cluster.url, PASSWORD)


class Listener:
    """An example that runs: `heard` is what it has printed."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []

    def texts(self) -> list[str]:
        return [one["data"]["message"]["text"] for one in self.heard if one["type"] == "messenger.message.sent"]

    def seqs(self) -> list[int]:
        return [one["data"]["message"]["seq"] for one in self.heard if one["type"] == "messenger.message.sent"]

    async def follow(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            self.heard.append(json.loads(line))


@asynccontextmanager
async def listening(
    cluster: Running, language: str, javascript: Path, seen: Path, token: str, *words: str
) -> AsyncIterator[Listener]:
    script = EXAMPLES / "python" / "listen.py" if language == "python" else javascript / "listen.js"
    program = sys.executable if language == "python" else str(node().path)
    url = state_of(cluster.data_dir)["nats_url"]
    process = await asyncio.create_subprocess_exec(
        *(program, str(script), "crm", "--nats", url, "--seen", str(seen), *words),
        env={**os.environ, "TOKEN": token},
        stdout=PIPE,
        stderr=DEVNULL,
        limit=2**20,
    )
    assert process.stdout is not None
    listener = Listener()
    following = asyncio.create_task(listener.follow(process.stdout))
    try:
        yield listener
    finally:
        process.kill()
        await process.wait()
        await following


async def _say(api: Api, to: dict[str, str], text: str) -> dict[str, Any]:
    form = {"to": to, "client_message_id": text.replace(" ", "-"), "text": text}
    message: dict[str, Any] = (await api("sofia", "POST", "/messages", form))["message"]
    return message


async def _id_of(api: Api, login: str) -> str:
    found = (await api("admin", "GET", f"/users?q={login}"))["users"]
    return str(next(one["user_id"] for one in found if one["login"] == login))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_nothing_is_lost_and_nothing_twice_whatever_is_killed(
    cluster: Running, api: Api, javascript: Path, tmp_path: Path, language: str
) -> None:
    _, token = await token_for(api, "crm", TEXT_SCOPE)
    marco = {"user_id": await _id_of(api, "marco")}
    first = await _say(api, marco, f"{language} before")
    where = ("--stream", "PARLEY_TEXT", "--name", f"{language}-1", "--conversation", first["conversation_id"])
    start = ("--since", "beginning")
    seen, expected = tmp_path / "seen", [f"{language} before"]
    async with listening(cluster, language, javascript, seen, token, *where, *start) as listener:
        await eventually(lambda: expected[0] in listener.texts(), 20)
        for server in ("nats", "auth-1", "auth-2"):
            os.kill(cluster.pid(server), signal.SIGKILL)
            await until_whole(cluster)
            expected.append(f"{language} after {server}")
            await _say(api, marco, expected[-1])
        await eventually(lambda: set(expected) <= set(listener.texts()), 40)
        before = listener.seqs()
    expected.append(f"{language} while nobody listened")
    await _say(api, marco, expected[-1])
    async with listening(cluster, language, javascript, seen, token, *where, *start) as again:
        await eventually(lambda: expected[-1] in again.texts(), 20)
        seqs = [*before, *again.seqs()]
    assert seqs == list(range(1, len(seqs) + 1))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_one_begins_where_one_likes_and_hears_what_one_asked_for(
    cluster: Running, api: Api, javascript: Path, tmp_path: Path, language: str
) -> None:
    _, token = await token_for(api, "crm", EVENTS_SCOPE)
    elena = await _id_of(api, "elena")
    early = await _say(api, {"user_id": elena}, f"{language} early")

    def told(name: str, *words: str) -> Any:
        return listening(cluster, language, javascript, tmp_path / name, token, "--name", f"{language}-{name}", *words)

    conversation = ("--conversation", early["conversation_id"])
    async with AsyncExitStack() as open_ones:
        everything = await open_ones.enter_async_context(told("all", "--since", "beginning"))
        await eventually(lambda: early["seq"] in everything.seqs(), 20)
        late = await _say(api, {"user_id": elena}, f"{language} late")
        since = ("--since", late["sent_at"])
        from_a_time = await open_ones.enter_async_context(told("time", *conversation, *since))
        from_now = await open_ones.enter_async_context(told("now", *conversation))
        of_elena = await open_ones.enter_async_context(told("person", "--person", elena, "--since", "beginning"))
        await eventually(lambda: late["seq"] in from_a_time.seqs() and late["seq"] in everything.seqs(), 20)
        await eventually(lambda: _is_made(cluster, token, f"{language}-now"), 20)
        newest = await _say(api, {"user_id": elena}, f"{language} newest")
        hearers = (from_now, from_a_time, everything)
        await eventually(lambda: all(newest["seq"] in one.seqs() for one in hearers), 20)
        await eventually(lambda: [one for one in of_elena.heard if one["type"] == "messenger.member.added"], 20)
    assert from_now.seqs() == [newest["seq"]]
    assert early["seq"] not in from_a_time.seqs()
    assert {*everything.texts()} == {*from_now.texts()} == {""}
    assert {one["type"].split(".")[0] for one in everything.heard} >= {"auth", "messenger"}
    for one in of_elena.heard:
        assert elena in json.dumps(one["data"]), one


async def _is_made(cluster: Running, token: str, name: str) -> bool:
    """Whether the listener of this connection has its consumer: until then "now" is not yet."""
    url = state_of(cluster.data_dir)["nats_url"]
    async with connected(url, token=token, name=name, inbox_prefix=b"_INBOX_crm") as outsider:
        subject = f"$JS.API.CONSUMER.INFO.PARLEY.crm_{name}"
        return b'"error"' not in (await outsider.client.request(subject, timeout=5)).data


async def test_who_is_revoked_is_out_within_an_admission(cluster: Running, api: Api) -> None:
    token_id, secret = await token_for(api, "crm", EVENTS_SCOPE)
    async with connected(state_of(cluster.data_dir)["nats_url"], token=secret, inbox_prefix=b"_INBOX_crm") as admitted:
        await admitted.asks("$JS.API.STREAM.INFO.PARLEY")
        await api("admin", "DELETE", f"/tokens/{token_id}")
        await eventually(lambda: admitted.client.is_closed, ADMITTED_S + 5)


async def test_what_is_told_outside_is_the_same_in_the_same_order(cluster: Running, api: Api) -> None:
    _, secret = await token_for(api, "crm", TEXT_SCOPE)
    url = state_of(cluster.data_dir)["nats_url"]
    password = password_of(cluster.data_dir, "local")
    jonas = await _id_of(api, "jonas")
    await _say(api, {"user_id": jonas}, "the first")
    await asyncio.gather(*(_say(api, {"user_id": jonas}, f"many {number}") for number in range(100)))
    os.kill(cluster.pid("auth-1"), signal.SIGKILL)
    await asyncio.gather(*(_say(api, {"user_id": jonas}, f"more {number}") for number in range(100)))
    await until_whole(cluster)
    async with connected(url, user="local", password=password, inbox_prefix=b"_INBOX_local") as inside:
        last = (await inside.asks("$JS.API.STREAM.INFO.PARLEY"))["state"]["last_seq"]
    ids = {}
    for stream in ("PARLEY", "PARLEY_TEXT"):
        async with connected(url, token=secret, inbox_prefix=b"_INBOX_crm") as outsider:
            ids[stream] = await _ids(outsider.client.jetstream(), stream, last)
    assert len(ids["PARLEY"]) == last
    assert ids["PARLEY"] == ids["PARLEY_TEXT"]
    assert len(set(ids["PARLEY"])) == len(ids["PARLEY"])


async def _ids(streams: Any, stream: str, last: int) -> list[str]:
    """What is in the stream, up to the event at this place in the cluster's own."""

    async def is_there() -> bool:
        return bool((await streams.stream_info(stream)).state.last_seq >= last)

    await eventually(is_there, 30)
    await streams.add_consumer(stream, name="crm", durable_name="crm", ack_policy="none", deliver_policy="all")
    subscription = await streams.pull_subscribe_bind("crm", stream=stream)
    ids: list[str] = []
    while len(ids) < last:
        ids += [msg.headers["ce-id"] for msg in await subscription.fetch(min(200, last - len(ids)), timeout=5)]
    await streams.delete_consumer(stream, "crm")
    return ids
