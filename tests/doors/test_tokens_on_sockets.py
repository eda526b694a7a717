"""A socket lives as long as its token: warned before, extended by a fresh one, ended otherwise, and never on an old identity."""

import json
import time
from typing import Any

import jwt
import pytest

from tests.doors.house import House
from tests.kit.raw_socket import RawSocket
from tests.kit.waiting import eventually

LIFE_S = 900


async def test_expiry_is_announced_and_comes_where_nobody_extends_it(parley: House) -> None:
    await parley.create("ada")
    began = await _log_in(parley, left_s=2)
    async with RawSocket(parley.http, parley.url) as socket:
        await _ready(socket, began["access_token"])
        warned = json.loads((await socket.hear('42["connection.warning"'))[2:])[1]
        assert warned["code"] == "session_expired"
        assert time.time() < _expiry(began["access_token"])
        assert (await socket.ask("me.get"))["ok"]
        said = await socket.until_ended()
        late_s = time.time() - _expiry(began["access_token"])
        assert -0.1 < late_s < 1.0
    assert '"code":"session_expired"' in said[-1]
    assert not any("session.ended" in one for one in said)
    assert (await parley.ask("GET", "/me", token=began["access_token"])).code == "token_expired"
    async with RawSocket(parley.http, parley.url) as socket:
        assert (await socket.connect(json.dumps({"token": began["access_token"]})))["code"] == "token_expired"
    fresh = (await parley.ask("POST", "/auth/refresh", {"refresh_token": began["refresh_token"]})).body
    async with RawSocket(parley.http, parley.url) as socket:
        assert (await _ready(socket, fresh["access_token"]))["last_ending"] == "session_expired"


async def test_a_fresh_token_extends_the_socket(parley: House) -> None:
    await parley.create("ada")
    began = await _log_in(parley, left_s=2)
    async with parley.socket(began["access_token"]) as socket:
        await socket.hear('42["connection.warning"')
        fresh = (await parley.ask("POST", "/auth/refresh", {"refresh_token": began["refresh_token"]})).body
        answer = await socket.ask("session.refresh", json.dumps({"token": fresh["access_token"]}))
        assert LIFE_S - 5 < answer["expires_in"] <= LIFE_S

        async def has_outlived_the_first() -> bool:
            assert (await socket.ask("me.get"))["ok"]
            return time.time() > _expiry(began["access_token"]) + 1.0

        await eventually(has_outlived_the_first, timeout_s=6)
        older = await socket.ask("session.refresh", json.dumps({"token": began["access_token"]}))
        assert older["error"]["code"] == "token_expired"
        assert (await socket.ask("me.get"))["ok"]


async def test_an_older_token_of_the_session_shortens_nothing(parley: House) -> None:
    await parley.create("ada")
    began = await _log_in(parley, left_s=120)
    fresh = (await parley.ask("POST", "/auth/refresh", {"refresh_token": began["refresh_token"]})).body
    async with parley.socket(fresh["access_token"]) as socket:
        answer = await socket.ask("session.refresh", json.dumps({"token": began["access_token"]}))
        assert answer["expires_in"] > LIFE_S - 10


async def test_what_does_not_extend_a_socket_does_not_end_it(parley: House) -> None:
    await parley.create("ada")
    token, other = await parley.token("ada"), await parley.token("ada")
    expired = (await _log_in(parley, left_s=-1))["access_token"]
    ended = await parley.token("ada")
    assert (await parley.ask("POST", "/auth/logout", token=ended)).status == 204
    async with parley.socket(token) as socket:
        for bad, code in (
            ({"token": other}, "token_invalid"),
            ({"token": await parley.token("root")}, "token_invalid"),
            ({"token": "x.y.z"}, "token_invalid"),
            ({"token": expired}, "token_expired"),
            ({"token": ended}, "session_ended"),
            ({"token": ""}, "unknown_authorization_format"),
            ({}, "invalid"),
            ({"token": 7}, "invalid"),
        ):
            answer = await socket.ask("session.refresh", json.dumps(bad))
            assert (answer["ok"], answer["error"]["code"]) == (False, code), bad
        assert (await socket.ask("me.get"))["ok"]


async def test_a_connect_after_a_disconnect_is_authenticated_again(parley: House) -> None:
    ada, grace = await parley.create("ada"), await parley.create("grace")
    async with parley.socket(await parley.token("ada")) as socket:
        assert (await socket.ask("me.get"))["user"]["user_id"] == ada["user_id"]
        await socket.say("41")
        await _ready(socket, await parley.token("grace"))
        assert (await socket.ask("me.get"))["user"]["user_id"] == grace["user_id"]


@pytest.mark.parametrize("kind", ["ended", "expired", "forged", "none", "of nothing"])
async def test_a_token_that_is_bad_by_then_is_refused_on_an_open_transport(parley: House, kind: str) -> None:
    """Whoever was connected before, nothing is answered on their behalf."""
    await parley.create("ada")
    token = await parley.token("ada")
    async with parley.socket(token) as socket:
        assert (await socket.ask("me.get"))["ok"]
        await socket.say("41")
        auth, code = await _bad(parley, kind, token)
        assert (await socket.connect(auth))["code"] == code
        await socket.say('429["me.get"]')
        assert not [one for one in await socket.until_ended() if one.startswith("43")]


async def test_between_a_disconnect_and_a_connect_nothing_is_answered(parley: House) -> None:
    await parley.create("ada")
    async with parley.socket(await parley.token("ada")) as socket:
        await socket.say("41")
        await socket.say('429["me.get"]')
        assert not [one for one in await socket.until_ended() if one.startswith("43")]


async def _bad(parley: House, kind: str, token: str) -> tuple[str, str]:
    if kind == "ended":
        assert (await parley.ask("POST", "/auth/logout", token=token)).status == 204
        return json.dumps({"token": token}), "session_ended"
    if kind == "expired":
        return json.dumps({"token": (await _log_in(parley, left_s=-1))["access_token"]}), "token_expired"
    if kind == "forged":
        return json.dumps({"token": token[:-8] + "AAAAAAAA"}), "token_invalid"
    return ("{}" if kind == "none" else ""), "unknown_authorization_format"


async def _log_in(parley: House, left_s: float) -> dict[str, Any]:
    """Tokens made when their end was that near: the gateway's clock is not moved."""
    parley.clock.move(seconds=left_s - LIFE_S)
    body = (await parley.log_in("ada")).body
    parley.clock.move(seconds=LIFE_S - left_s)
    return body


async def _ready(socket: RawSocket, token: str) -> dict[str, Any]:
    await socket.say("40" + json.dumps({"token": token}))
    ready: dict[str, Any] = json.loads((await socket.hear('42["ready"'))[2:])[1]
    return ready


def _expiry(token: str) -> float:
    return float(jwt.decode(token, options={"verify_signature": False})["exp"])
