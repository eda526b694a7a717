"""Floods, too many sockets and a reader that stops reading: each has its refusal or ending, and others go on."""

import asyncio
import contextlib
import json
import socket
from typing import Any

import aiohttp
import pytest

from tests.kit.raw_socket import RawSocket
from tests.kit.refusal import Refused
from tests.kit.waiting import eventually
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


@pytest.mark.parametrize("packet", ["6", "2", '42["no.such.ask"]'])
async def test_a_flood_below_the_asks_ends_the_connection_and_it_says_why(
    cluster: Running, enter: Enter, packet: str
) -> None:
    """What is no ask is not within the rate of a person's asks, but it costs, too."""
    elena = await enter("elena")
    token = (await (await enter("marco")).session.log_in())["access_token"]
    async with aiohttp.ClientSession() as http:
        async with RawSocket(http, cluster.url, token) as raw:
            with contextlib.suppress(aiohttp.ClientError, ConnectionError):
                for _ in range(5_000):
                    await raw.say(packet)
            await raw.until_ended()
        assert (await elena.ask("me.get"))["user"]["login"] == "elena"
        assert await eventually(lambda: _last_ending(http, cluster, token)) == "too_many_packets"


async def test_a_poller_that_stops_polling_is_let_go_and_learns_why(cluster: Running, enter: Enter) -> None:
    elena, marco = await enter("elena"), await enter("marco")
    token = (await marco.session.log_in())["access_token"]
    async with aiohttp.ClientSession() as http:
        path = f"{cluster.url}/socket.io/?EIO=4&transport=polling"
        path += "&sid=" + (await (await http.get(path)).text()).partition('"sid":"')[2].partition('"')[0]
        await http.post(path, data=f'40{{"token":"{token}"}}')
        said = ""
        while '42["ready"' not in said:
            said += await (await http.get(path)).text()
        for _ in range(25):
            await elena.send(to={"user_id": marco.user_id}, text="x" * 16_000)
        assert (await http.get(path)).status == 400
        assert await eventually(lambda: _last_ending(http, cluster, token)) == "slow_consumer"


async def test_that_somebody_types_is_told_once_a_second(enter: Enter) -> None:
    elena, marco = await enter("elena"), await enter("marco")
    sent = await elena.send(to={"user_id": marco.user_id}, text="hello")
    for _ in range(30):
        await elena.ask("typing.start", conversation_id=sent["conversation_id"])
    await marco.eventually(lambda: marco.pushes("typing"))
    await elena.send(to={"user_id": marco.user_id}, text="now you have heard all of it")
    await marco.eventually(lambda: len(marco.pushes("message.sent")) == 2)
    assert len(marco.pushes("typing")) < 10


async def _last_ending(http: aiohttp.ClientSession, cluster: Running, token: str) -> str | None:
    async with RawSocket(http, cluster.url) as again:
        await again.say("40" + json.dumps({"token": token}))
        ending: str | None = json.loads((await again.hear('42["ready"'))[2:])[1].get("last_ending")
        return ending
