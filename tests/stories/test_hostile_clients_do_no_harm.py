"""Thousands of packets and requests that were right once, mutated, in any order: each connection is answered or ended, in
time; nothing crashes, says a traceback, or is stored; and everyone else goes on. FUZZ multiplies how many.
"""

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.kit.hostile import POSTED, REQUESTS, TOKEN, VISITS, Frame
from tests.kit.traces import TRACE, Traces
from tests.stories.conftest import PASSWORD, Enter, Running

MANY = int(os.environ.get("FUZZ", "1"))
LAST_WORD = "777777"
IN_TIME_S = 8.0
"""Longer than any ask is answered in, and than the body of a request is waited for once nothing more can come."""
STORED = ("users", "conversations", "memberships", "messages", "imports", "keys", "links")
HOSTILE = settings(
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@dataclass
class Target:
    url: str
    port: int
    token: str
    http: aiohttp.ClientSession


@pytest.fixture
async def target(cluster: Running, enter: Enter) -> AsyncIterator[Target]:
    """Afterwards: the same processes, no word of an error in the logs, the stores as they were, and people go on."""
    jonas = await enter("jonas")
    token = await jonas.session.fresh_token()
    traces = Traces(cluster.data_dir)
    pids, kept = traces.pids(), await traces.kept()
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        yield Target(cluster.url, int(cluster.url.rpartition(":")[2]), token, http)
    after = await traces.kept()
    assert traces.pids() == pids
    assert "\n".join(traces.faults()) == ""
    assert traces.told_in_logs([token, PASSWORD]) == []
    assert {name: after.get(name) for name in STORED} == {name: kept.get(name) for name in STORED}
    marco, elena = await enter("marco"), await enter("elena")
    sent = await marco.send(to={"user_id": elena.user_id}, text="all is well")
    await elena.eventually(lambda: any(push["message"] == sent for push in elena.pushes("message.sent")))


@settings(HOSTILE, max_examples=250 * MANY)
@given(visit=VISITS)
async def test_over_a_websocket(target: Target, visit: tuple[bool, list[Frame]]) -> None:
    is_proper, frames = visit
    where = f"{target.url}/socket.io/?EIO=4&transport=websocket"
    async with asyncio.timeout(IN_TIME_S), target.http.ws_connect(where, max_msg_size=0) as websocket:
        if is_proper:
            await websocket.send_str("40" + json.dumps({"token": target.token}))
        try:
            for frame in frames:
                for _ in range(frame.times):
                    text = frame.text.replace(TOKEN, target.token).encode(errors="replace")
                    await (websocket.send_bytes(text) if frame.is_binary else websocket.send_str(text.decode()))
            await websocket.send_str(f'42{LAST_WORD}["conversation.list",{{"limit":1}}]')
        except ConnectionError:
            return
        await _until_answered_or_ended(websocket)


async def _until_answered_or_ended(websocket: aiohttp.ClientWebSocketResponse) -> None:
    while (message := await websocket.receive()).type is aiohttp.WSMsgType.TEXT:
        assert TRACE.search(message.data) is None
        assert '"internal"' not in message.data
        if message.data.startswith(f"43{LAST_WORD}["):
            return
        if message.data == "2":
            await websocket.send_str("3")


@settings(HOSTILE, max_examples=60 * MANY)
@given(payloads=POSTED)
async def test_over_long_polling(target: Target, payloads: list[str]) -> None:
    where = f"{target.url}/socket.io/?EIO=4&transport=polling"
    async with asyncio.timeout(IN_TIME_S):
        async with target.http.get(where) as opened:
            sid = json.loads((await opened.text())[1:])["sid"]
        for payload in [f'40{{"token":"{target.token}"}}', *payloads, "1"]:
            text = payload.replace(TOKEN, target.token).encode(errors="replace")
            async with target.http.post(f"{where}&sid={sid}", data=text) as answer:
                assert answer.status in (200, 400, 413, 422)
                assert TRACE.search(await answer.text()) is None


@settings(HOSTILE, max_examples=150 * MANY)
@given(requests=REQUESTS)
async def test_over_http(target: Target, requests: list[str]) -> None:
    answers = await asyncio.gather(*(_said_to(target, request.replace(TOKEN, target.token)) for request in requests))
    for request, answer in zip(requests, answers, strict=True):
        assert TRACE.search(answer) is None, request
        assert not answer or answer.startswith("HTTP/1."), request
        assert not re.match(r"HTTP/1.. 50[^3]", answer), request


async def _said_to(target: Target, request: str) -> str:
    """Everything that is answered until the end; empty where it ends without a word."""
    async with asyncio.timeout(IN_TIME_S):
        reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
        try:
            writer.write(request.encode(errors="replace"))
            writer.write_eof()
            return (await reader.read()).decode(errors="replace")
        except ConnectionError:
            return ""
        finally:
            writer.close()
