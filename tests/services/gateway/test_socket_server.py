"""The Engine.IO side of the Socket.IO door: what is no connection does not stay, what is no packet is a fault."""

from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient

from services.gateway.doors.sockets import server as door
from tests.kit.waiting import eventually

POLLING = "/socket.io/?EIO=4&transport=polling"
Client = TestClient[web.Request, web.Application]


@pytest.fixture
def faults() -> list[str]:
    return []


@pytest.fixture
async def client(aiohttp_client: AiohttpClient, faults: list[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(door, "CONNECT_S", 0.3)
    server = door.SocketServer()
    server.on_fault = faults.append
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
            assert packet == "6"
