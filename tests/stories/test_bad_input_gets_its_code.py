"""Which code each kind of bad input gets, over HTTP, in an ask and at the connect."""

import json
from typing import Any

import aiohttp
import pytest
import socketio

from contracts.refusals import STATUS
from tests.kit.person import Person
from tests.kit.refusal import Refused
from tests.stories.conftest import Enter, Running

LOGIN = "/auth/login"
REQUESTS = (
    ("POST", LOGIN, b"{", "invalid"),
    ("POST", LOGIN, b'"text"', "invalid"),
    ("POST", LOGIN, b"[]", "invalid"),
    ("POST", LOGIN, b"null", "invalid"),
    ("POST", LOGIN, b"", "invalid"),
    ("POST", LOGIN, b"\xff\xfe{}", "invalid"),
    ("POST", LOGIN, b'{"login": "\xff", "password": "x"}', "invalid"),
    ("POST", LOGIN, b'{"login": "marco", "password": NaN}', "invalid"),
    ("POST", LOGIN, b"[" * 100_000, "invalid"),
    ("POST", LOGIN, b'{"login":' * 30_000, "too_large"),
    ("POST", LOGIN, b"9" * 100_000, "invalid"),
    ("POST", LOGIN, b'{"login": 7, "password": "x"}', "invalid"),
    ("POST", LOGIN, b"login=marco&password=x", "invalid"),
    ("POST", LOGIN, b'{"login": "marco", "password": "wrong"}', "invalid_credentials"),
    ("POST", LOGIN, b'{"login": "nobody", "password": "wrong"}', "invalid_credentials"),
    ("POST", LOGIN, b"x" * 300_000, "too_large"),
    ("POST", "/auth/refresh", b'{"refresh_token": "made.up.token"}', "token_invalid"),
    ("POST", "/auth/refresh", b"{}", "token_invalid"),
    ("GET", "/nowhere", b"", "not_found"),
    ("GET", "", b"", "not_found"),
    ("GET", "/../../etc/passwd", b"", "not_found"),
    ("GET", "/feed.load", b"", "not_found"),
    ("PUT", LOGIN, b"", "method_not_allowed"),
    ("DELETE", "/me", b"", "method_not_allowed"),
    ("BREW", "/me", b"", "invalid"),
)
SEND = {"client_message_id": "1", "text": "x"}
ASKS: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("no.such.ask", {}, "not_found"),
    ("connect", {}, "not_found"),
    ("disconnect", {}, "not_found"),
    ("ready", {}, "not_found"),
    ("auth.login", {"login": "marco", "password": "x"}, "not_found"),
    ("feed.load", {"user_ids": []}, "not_found"),
    ("message.send", {}, "invalid"),
    ("message.send", {**SEND, "to": {}}, "invalid"),
    ("message.send", {**SEND, "to": {"user_id": "nobody"}}, "not_found"),
    ("message.send", {**SEND, "to": {"user_id": "a.b>"}}, "not_found"),
    ("message.send", {**SEND, "to": {"user_id": "u"}, "client_message_id": ""}, "invalid"),
    ("message.send", {**SEND, "to": {"user_id": "u"}, "text": "x" * 20_000}, "too_large"),
    ("message.send", {**SEND, "to": {"user_id": "u"}, "text": "\ud800"}, "invalid"),
    ("message.send", {**SEND, "to": {"conversation_id": "g_other"}}, "not_found"),
    ("message.list", {"conversation_id": "g_other"}, "not_found"),
    ("conversation.read", {"conversation_id": "g_other", "seq": "one"}, "invalid"),
    ("user.get", {"user_id": "u_nobody"}, "not_found"),
    ("user.list", {"q": "x" * 101}, "invalid"),
    ("notice.dismiss", {"notice_id": "n_none"}, "not_found"),
    ("presence.watch", {"user_ids": "some"}, "invalid"),
    ("presence.watch", {"user_ids": ["a.b"]}, "invalid"),
    ("typing.start", {"conversation_id": "g_other"}, "not_found"),
    ("session.refresh", {"token": ""}, "unknown_authorization_format"),
    ("session.refresh", {"token": "made.up.token"}, "token_invalid"),
)


async def test_a_request(cluster: Running) -> None:
    async with aiohttp.ClientSession() as http:
        for method, path, body, code in REQUESTS:
            async with http.request(method, f"{cluster.url}/api/v1{path}", data=body) as answer:
                said = await answer.json(content_type="application/problem+json")
            assert (path, body[:40], answer.status, said["code"]) == (path, body[:40], STATUS[code], code)


async def test_an_ask(enter: Enter) -> None:
    marco = await enter("marco")
    for name, fields, code in ASKS:
        assert (name, await _code(marco, name, **fields)) == (name, code)
    assert (await marco.ask("me.get"))["user"]["login"] == "marco"


async def test_others_conversation_and_one_that_is_read_only(enter: Enter) -> None:
    """At both doors, to each ask that names a conversation; what is in it stays as it was."""
    sofia, elena, marco = await enter("sofia"), await enter("elena"), await enter("marco")
    form: dict[str, Any] = {"name": "News", "member_ids": [elena.user_id], "writing_enabled": False}
    key = (await sofia.ask("group.create", **form))["conversation"]["conversation_id"]
    said = await sofia.send(to={"conversation_id": key}, text="for Elena only")

    assert await _code(elena, "message.send", **SEND, to={"conversation_id": key}) == "writing_disabled"
    body: dict[str, Any] = {**SEND, "to": {"conversation_id": key}}
    assert await _code_over_http(elena, "POST", "/messages", body) == "writing_disabled"

    assert await _code(marco, "message.send", **body) == "not_found"
    assert await _code_over_http(marco, "POST", "/messages", body) == "not_found"
    for name in ("conversation.get", "message.list", "member.list", "typing.start", "conversation.read"):
        assert (name, await _code(marco, name, conversation_id=key, seq=1)) == (name, "not_found")
    for method, path in (("GET", ""), ("GET", "/messages"), ("GET", "/members"), ("POST", "/read")):
        assert await _code_over_http(marco, method, f"/conversations/{key}{path}", {"seq": 1}) == "not_found"

    assert (await elena.ask("message.list", conversation_id=key))["messages"] == [said]
    assert "for Elena only" not in json.dumps([marco.pushes(name) for name in ("message.sent", "ready", "unread")])


async def test_a_nul_is_text_like_any_other(enter: Enter) -> None:
    marco, elena = await enter("marco"), await enter("elena")
    sent = await marco.send(to={"user_id": elena.user_id}, text="a\0b \N{BOMB}\r\n\u202e")
    assert sent["text"] == "a\0b \N{BOMB}\r\n\u202e"
    await elena.eventually(lambda: [p for p in elena.pushes("message.sent") if p["message"] == sent])


@pytest.mark.parametrize(
    ("auth", "code"), [(None, "unknown_authorization_format"), ({"token": "made.up.token"}, "token_invalid")]
)
async def test_a_connect(cluster: Running, auth: Any, code: str) -> None:
    client = socketio.AsyncClient(reconnection=False)
    told: list[Any] = []
    client.on("connect_error", told.append)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await client.connect(cluster.url, auth=auth, transports=["websocket"])
    assert told[0]["data"]["code"] == code
    await client.disconnect()


async def _code(person: Person, name: str, /, **fields: Any) -> str:
    with pytest.raises(Refused) as refused:
        await person.ask(name, **fields)
    return refused.value.code


async def _code_over_http(person: Person, method: str, path: str, body: Any) -> str:
    with pytest.raises(Refused) as refused:
        await person.session.request(method, path, json=body, patience_s=0)
    return refused.value.code
