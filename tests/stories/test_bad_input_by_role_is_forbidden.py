"""Every ask that a role may not use is `forbidden` at both doors, however right its fields are; the asks of parts are
nowhere; and without a credential nothing is answered but what is open."""

import contextlib
import json
import re

import aiohttp
import pytest

from contracts.everything import ASKS
from contracts.table import EVERYONE, NOBODY, Ask
from tests.kit.bad_inputs import CLIENT_ASKS
from tests.kit.raw_socket import RawSocket
from tests.stories.conftest import Enter, Running

LOGINS = {"agent": "marco", "user": "sofia", "admin": "admin"}
CLOSED = [(ask, role) for ask in CLIENT_ASKS for role in EVERYONE if role not in ask.roles]


def test_some_ask_is_closed_to_agents_and_some_to_users() -> None:
    assert {role for _, role in CLOSED} == {"agent", "user"}


@pytest.mark.parametrize("role", sorted({role for _, role in CLOSED}))
async def test_an_ask_for_others(cluster: Running, enter: Enter, role: str) -> None:
    token = await (await enter(LOGINS[role])).session.fresh_token()
    asks = [ask for ask, closed_to in CLOSED if closed_to == role]
    async with aiohttp.ClientSession() as http, RawSocket(http, cluster.url, token) as raw:
        for fields in ({}, {"conversation_id": "g_1", "name": "x", "member_ids": [], "role": role}):
            answers = await raw.ask_all([(ask.name, [json.dumps(fields)]) for ask in asks if ask.socket])
            assert {answer["error"]["code"] for answer in answers} == {"forbidden"}
            over_http = [await _over_http(http, cluster.url, ask, f"Bearer {token}", fields) for ask in asks]
            assert set(over_http) == {"forbidden"}


async def test_nobody_raises_their_own_role(cluster: Running, enter: Enter) -> None:
    """A user makes agents only, and the role is the token's, not what the fields say."""
    sofia = await enter("sofia")
    form = {"name": "Eve", "password": "Parley-2026-eve", "user_id": "u_admin", "session_id": "s"}
    async with aiohttp.ClientSession() as http, RawSocket(http, cluster.url, await sofia.session.fresh_token()) as raw:
        for role in ("user", "admin"):
            answer = await raw.ask("user.create", json.dumps({**form, "login": f"eve-{role}", "role": role}))
            assert answer["error"]["code"] == "forbidden"


async def test_the_asks_of_parts_are_nowhere(cluster: Running, enter: Enter) -> None:
    admin = await enter("admin")
    inner = [ask.name for ask in ASKS.values() if ask.roles == NOBODY or not ask.socket]
    async with aiohttp.ClientSession() as http, RawSocket(http, cluster.url, await admin.session.fresh_token()) as raw:
        answers = await raw.ask_all([(name, ["{}"]) for name in (*inner, "", "*", ">", "me.get ", "constructor")])
    assert {answer["error"]["code"] for answer in answers} == {"not_found"}


async def test_without_a_credential(cluster: Running) -> None:
    async with aiohttp.ClientSession() as http:
        for ask in CLIENT_ASKS:
            if ask.route is not None and not ask.open:
                assert await _over_http(http, cluster.url, ask, None) == "unknown_authorization_format"
                assert await _over_http(http, cluster.url, ask, "Bearer made.up.token") == "token_invalid"
        async with RawSocket(http, cluster.url) as raw:
            await raw.say('420["me.get",{}]')
            with contextlib.suppress(ConnectionError, aiohttp.ClientError):  # it may be let go for asking
                await raw.say('40{"token":"made.up.token"}')
                assert (await raw.hear("4")).startswith("44")


async def _over_http(
    http: aiohttp.ClientSession, url: str, ask: Ask, credential: str | None, fields: object = None
) -> str:
    assert ask.route is not None
    headers = {"Authorization": credential} if credential else {}
    path = re.sub(r"{\w+}", "g_1", ask.route.path)
    async with http.request(ask.route.method, f"{url}/api/v1{path}", json=fields or {}, headers=headers) as answer:
        code: str = (await answer.json(content_type="application/problem+json"))["code"]
    return code
