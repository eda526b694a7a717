"""Floods, too many sockets and a reader that stops reading: each has its refusal or ending, and others go on."""

import asyncio
import socket
from typing import Any

import aiohttp
import pytest

from tests.kit.refusal import Refused
from tests.stories.conftest import PASSWORD, Enter, Running


async def test_a_flood_is_told_to_slow_down(enter: Enter) -> None:
    jonas, elena = await enter("jonas"), await enter("elena")
    outcomes = await asyncio.gather(*(jonas.ask("me.get") for _ in range(400)), return_exceptions=True)
    refused = [one for one in outcomes if isinstance(one, Refused)]
    assert refused
    assert {one.code for one in refused} == {"rate_limited"}
    assert all(one.retry_after_s is not None for one in refused)
    assert (await elena.ask("me.get"))["user"]["login"] == "elena"


async def test_a_person_has_so_many_sockets_and_no_more(enter: Enter) -> None:
    for _ in range(20):
        await enter("jonas")
    with pytest.raises(Refused) as refused:
        await enter("jonas")
    assert refused.value.code == "too_many_connections"


async def test_a_reader_that_stops_is_let_go_and_learns_why(cluster: Running, enter: Enter) -> None:
    elena = await enter("elena")
    form = {"login": "marco", "password": PASSWORD, "session": "token"}
    async with aiohttp.ClientSession(cluster.url) as http:
        token = (await (await http.post("/api/v1/auth/login", json=form)).json())["access_token"]
        async with http.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}) as me:
            marco_id = (await me.json())["user"]["user_id"]
        connector = aiohttp.TCPConnector(socket_factory=_with_small_buffer)
        async with aiohttp.ClientSession(cluster.url, connector=connector) as slow:
            websocket = await _connect(slow, token)
            assert websocket._response.connection is not None
            transport: Any = websocket._response.connection.transport
            transport.pause_reading()
            text = "x" * 16_000
            for _ in range(150):
                await elena.send(to={"user_id": marco_id}, text=text)
            transport.resume_reading()
            try:
                async with asyncio.timeout(15):
                    while True:
                        message = await websocket.receive()
                        if message.type is not aiohttp.WSMsgType.TEXT:
                            break
            finally:
                await websocket.close()
        async with aiohttp.ClientSession(cluster.url) as again:
            websocket = await _connect(again, token)
            async with asyncio.timeout(10):
                while not (frame := str((await websocket.receive()).data)).startswith('42["ready"'):
                    if frame == "2":
                        await websocket.send_str("3")
            assert '"last_ending":"slow_consumer"' in frame
            await websocket.close()


async def _connect(http: aiohttp.ClientSession, token: str) -> aiohttp.ClientWebSocketResponse:
    websocket = await http.ws_connect("/socket.io/?EIO=4&transport=websocket", max_msg_size=0)
    await websocket.send_str(f'40{{"token":"{token}"}}')
    return websocket


def _with_small_buffer(address: Any) -> socket.socket:
    family, kind, protocol, _, _ = address
    made = socket.socket(family, kind, protocol)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    return made
