"""The Engine.IO side of the Socket.IO door: what is no connection does not stay, what is no packet is a fault."""

import asyncio
import json
from typing import Any

import pytest
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient

from services.gateway.doors.sockets import server as door
from services.gateway.doors.sockets.transport import Rate
from tests.kit.waiting import eventually

PACKETS = 50
POLLING = "/socket.io/?EIO=4&transport=polling"
WEBSOCKET = "/socket.io/?EIO=4&transport=websocket"
Client = TestClient[web.Request, web.Application]


@pytest.fixture
def faults() -> list[str]:
    return []


@pytest.fixture
def heartbeat_s() -> int:
    return door.HEARTBEAT_S


@pytest.fixture
async def server(faults: list[str], heartbeat_s: int, monkeypatch: pytest.MonkeyPatch) -> door.SocketServer:
    monkeypatch.setattr(door, "CONNECT_S", 0.3)
    monkeypatch.setattr(door, "HEARTBEAT_S", heartbeat_s)
    monkeypatch.setattr(door, "HEARTBEAT_ANSWER_S", min(2 * heartbeat_s, door.HEARTBEAT_ANSWER_S))
    server = door.SocketServer(Rate(PACKETS, 1))
    server.on_fault = faults.append
    server.on_flood = lambda sid: faults.append(f"flood {sid}")
    return server


@pytest.fixture
async def client(aiohttp_client: AiohttpClient, server: door.SocketServer) -> Any:
    app = web.Application()
    for method in ("GET", "POST"):
        app.router.add_route(method, "/socket.io/", server.handle_request)
    return await aiohttp_client(app)


async def opened(client: Client) -> str:
    text = await (await client.get(POLLING)).text()
    return str(text.partition('"sid":"')[2].partition('"')[0])


async def test_a_socket_that_never_connects_is_a_fault(client: Client, faults: list[str]) -> None:
    sid = await opened(client)
    await eventually(lambda: faults == [sid])


@pytest.mark.parametrize("body", [b"z", b"9", b"", b"\xff", b"3\x1e", b"d=4", b"x" * 300_000])
async def test_what_is_posted_and_is_no_payload(client: Client, faults: list[str], body: bytes) -> None:
    sid = await opened(client)
    posted = await client.post(f"{POLLING}&sid={sid}", data=body)
    assert posted.status == 400
    assert sid in faults


async def test_nothing_is_told_over_a_websocket_that_is_still_tried_out(client: Client) -> None:
    """Engine.IO's client hears only the answer to its probe until it has said that it moved."""
    sid = await opened(client)
    async with client.ws_connect(f"/socket.io/?EIO=4&transport=websocket&sid={sid}") as websocket:
        await websocket.send_str("2probe")
        assert await websocket.receive_str() == "3probe"
        await client.post(f"{POLLING}&sid={sid}", data='40{"token":"x"}')
        with pytest.raises(TimeoutError):
            await websocket.receive_str(timeout=0.2)
        await websocket.send_str("5")
        while not (packet := await websocket.receive_str(timeout=2)).startswith("4"):
            assert packet in ("2", "6")


@pytest.mark.parametrize("packet", ["2", "3", "6", '42["me.get"]'])
async def test_too_many_packets_are_a_flood_whatever_they_are(client: Client, faults: list[str], packet: str) -> None:
    async with client.ws_connect(WEBSOCKET) as websocket:
        sid = json.loads((await websocket.receive_str())[1:])["sid"]
        for _ in range(PACKETS + 10):
            await websocket.send_str(packet)
        while (await websocket.receive(timeout=10)).type is WSMsgType.TEXT:
            pass
    assert f"flood {sid}" in faults


async def test_many_packets_in_one_post_are_a_flood(client: Client, faults: list[str]) -> None:
    sid = await opened(client)
    posted = await client.post(f"{POLLING}&sid={sid}", data="\x1e".join(["2"] * (PACKETS + 10)))
    assert posted.status == 429
    assert f"flood {sid}" in faults


async def test_many_polls_at_once_are_a_flood(client: Client, faults: list[str]) -> None:
    sid = await opened(client)
    polls = [asyncio.create_task(client.get(f"{POLLING}&sid={sid}")) for _ in range(PACKETS + 10)]
    await eventually(lambda: f"flood {sid}" in faults)
    for poll in polls:
        poll.cancel()
    await asyncio.gather(*polls, return_exceptions=True)


@pytest.mark.parametrize("heartbeat_s", [1])
@pytest.mark.parametrize("path", [WEBSOCKET, POLLING])
async def test_who_does_not_answer_a_ping_is_let_go(client: Client, server: door.SocketServer, path: str) -> None:
    """Engine.IO looks at one socket after the other, which takes the longer the more there are."""
    sockets = server.eio.sockets
    if path == POLLING:
        await opened(client)
        await eventually(lambda: not sockets)
    else:
        async with client.ws_connect(path) as websocket:
            packets = []
            while (message := await websocket.receive(timeout=10)).type is WSMsgType.TEXT:
                packets.append(message.data[:1])
        assert packets == ["0", "2"]
        await eventually(lambda: not sockets)


@pytest.mark.parametrize("heartbeat_s", [1])
async def test_who_answers_stays(client: Client, server: door.SocketServer) -> None:
    async with client.ws_connect(WEBSOCKET) as websocket:
        for _ in range(5):
            while (await websocket.receive_str(timeout=5)) != "2":
                pass
            await websocket.send_str("3")
    await eventually(lambda: not server.eio.sockets)
