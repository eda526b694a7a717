"""Whatever is wrong gets its code; nothing is stored and nothing leaks."""

from typing import Any

import aiohttp
import pytest
import socketio

from tests.kit.refusal import Refused
from tests.stories.conftest import Enter, Running


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "unknown_authorization_format"),
        ({"Authorization": "Basic YWRhOmFkYQ=="}, "unknown_authorization_format"),
        ({"Authorization": "Bearer"}, "unknown_authorization_format"),
        ({"Authorization": "Bearer made.up.token"}, "token_invalid"),
    ],
)
async def test_a_strange_credential(cluster: Running, headers: dict[str, str], code: str) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{cluster.url}/api/v1/me", headers=headers) as response:
        assert response.status == 401
        assert response.content_type == "application/problem+json"
        assert (await response.json())["code"] == code


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/auth/login", b"{", 422, "invalid"),
        ("POST", "/auth/login", b'"text"', 422, "invalid"),
        ("POST", "/auth/login", b'{"login": 7, "password": "x"}', 422, "invalid"),
        ("POST", "/auth/login", b'{"login": "marco", "password": "wrong"}', 401, "invalid_credentials"),
        ("POST", "/auth/login", b'{"login": "nobody", "password": "wrong"}', 401, "invalid_credentials"),
        ("POST", "/auth/login", b"x" * 300_000, 413, "too_large"),
        ("POST", "/auth/refresh", b'{"refresh_token": "made.up.token"}', 401, "token_invalid"),
        ("GET", "/nowhere", b"", 404, "not_found"),
        ("PUT", "/auth/login", b"", 405, "method_not_allowed"),
    ],
)
async def test_a_bad_request(cluster: Running, method: str, path: str, body: bytes, status: int, code: str) -> None:
    async with (
        aiohttp.ClientSession() as http,
        http.request(method, f"{cluster.url}/api/v1{path}", data=body) as response,
    ):
        assert (response.status, (await response.json())["code"]) == (status, code)


@pytest.mark.parametrize(
    ("name", "fields", "code"),
    [
        ("no.such.ask", {}, "not_found"),
        ("connect", {}, "not_found"),
        ("disconnect", {}, "not_found"),
        ("auth.login", {"login": "marco", "password": "x"}, "not_found"),
        ("message.send", {}, "invalid"),
        ("message.send", {"to": {}, "client_message_id": "1", "text": "x"}, "invalid"),
        ("message.send", {"to": {"user_id": "nobody"}, "client_message_id": "1", "text": "x"}, "not_found"),
        ("message.send", {"to": {"user_id": "a.b>"}, "client_message_id": "1", "text": "x"}, "not_found"),
        ("message.send", {"to": {"user_id": "u"}, "client_message_id": "", "text": "x"}, "invalid"),
        ("message.send", {"to": {"user_id": "u"}, "client_message_id": "1", "text": "x" * 20_000}, "too_large"),
        ("message.send", {"to": {"user_id": "u"}, "client_message_id": "1", "text": "\ud800"}, "invalid"),
        ("message.send", {"to": {"conversation_id": "g_other"}, "client_message_id": "1", "text": "x"}, "not_found"),
        ("message.list", {"conversation_id": "g_other"}, "not_found"),
        ("conversation.read", {"conversation_id": "g_other", "seq": "one"}, "invalid"),
        ("presence.watch", {"user_ids": "some"}, "invalid"),
        ("typing.start", {"conversation_id": "g_other"}, "not_found"),
        ("feed.load", {"user_ids": []}, "not_found"),
    ],
)
async def test_a_bad_ask(enter: Enter, name: str, fields: dict[str, Any], code: str) -> None:
    marco = await enter("marco")
    with pytest.raises(Refused) as refused:
        await marco.ask(name, **fields)
    assert refused.value.code == code
    assert (await marco.ask("me.get"))["user"]["login"] == "marco"


@pytest.mark.parametrize(
    ("auth", "code"), [(None, "unknown_authorization_format"), ({"token": "made.up.token"}, "token_invalid")]
)
async def test_a_connection_without_a_right_token(cluster: Running, auth: Any, code: str) -> None:
    client = socketio.AsyncClient(reconnection=False)
    told: list[Any] = []
    client.on("connect_error", told.append)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await client.connect(cluster.url, auth=auth, transports=["websocket"])
    assert told[0]["data"]["code"] == code
    await client.disconnect()


async def test_garbage_ends_the_connection_and_nothing_else(cluster: Running, enter: Enter) -> None:
    marco = await enter("marco")
    async with aiohttp.ClientSession() as http:
        for garbage in ("", "9", "4", "4{", "42[", "42{}", "4999", "451-[]", "x" * 300_000):
            url = f"{cluster.url}/socket.io/?EIO=4&transport=websocket"
            async with http.ws_connect(url) as websocket:
                await websocket.receive()
                await websocket.send_str(garbage)
                closed = await websocket.receive(timeout=5)
                assert closed.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)
    assert (await marco.ask("me.get"))["user"]["login"] == "marco"
