"""Signing keys rotate, by age or because an operator asks, and nobody notices."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import jwt
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contracts.auth import Keys
from contracts.everything import ASKS
from contracts.table import Nothing
from services.auth.actions.get_keys import GetKeys
from services.auth.actions.rotate_keys import RotateKeys
from tests.doors import others
from tests.doors.house import House, Servers, house
from tests.kit.raw_socket import RawSocket
from tests.kit.waiting import eventually

SOON = {"key_reload_s": 0.1}


@pytest_asyncio.fixture
async def quick(servers: Servers) -> AsyncIterator[House]:
    """Keys are read anew ten times a second."""
    async with house(servers, auth=SOON, gateway={"keys_every_s": 0.1}) as made:
        yield made


async def test_a_rotation_logs_nobody_out(quick: House, servers: Servers) -> None:
    await quick.create("ada")
    before = (await quick.log_in("ada")).body
    old_kid = _kid(before["access_token"])
    async with quick.socket(before["access_token"]) as socket:
        new_kid = await _rotate(servers)
        await eventually(lambda: _published(quick, {old_kid, new_kid}))
        assert _kid(await quick.token("ada")) == old_kid  # not before every gateway could know the new one
        quick.clock.move(seconds=61)
        after = (await quick.log_in("ada")).body
        assert _kid(after["access_token"]) == new_kid
        for token in (before["access_token"], after["access_token"]):
            assert (await quick.ask("GET", "/me", token=token)).status == 200
            async with quick.socket(token) as one:
                assert (await one.ask("me.get"))["ok"]
        assert (await socket.ask("me.get"))["ok"]
        renewed = await quick.ask("POST", "/auth/refresh", {"refresh_token": before["refresh_token"]})
        assert _kid(renewed.body["access_token"]) == new_kid
        assert (await socket.ask("session.refresh", json.dumps({"token": renewed.body["access_token"]})))["ok"]
        quick.clock.move(seconds=900 + 60)
        await eventually(lambda: _published(quick, {new_kid}))
        assert (await socket.ask("me.get"))["ok"]
        assert (await quick.ask("GET", "/me", token=renewed.body["access_token"])).status == 200
    last = await quick.ask("POST", "/auth/refresh", {"refresh_token": renewed.body["refresh_token"]})
    assert last.status == 200
    await eventually(lambda: _private_keys(quick, [2]))
    (entry,) = [each async for each in quick.database["audit"].find({"action": "keys.rotate"})]
    assert entry["detail"]["kid"] == new_kid
    assert entry["detail"]["reason"] == "asked"


async def test_a_refresh_token_from_before_a_rotation_lives_as_long_as_any(
    quick: House, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes = _counted(monkeypatch, RotateKeys, "keep")
    await quick.create("ada")
    token = (await quick.log_in("ada")).body["refresh_token"]
    await _rotate(servers)
    quick.clock.move(days=29)
    await _each_passes(passes)
    renewed = await quick.ask("POST", "/auth/refresh", {"refresh_token": token})
    assert renewed.status == 200
    quick.clock.move(days=2)
    await eventually(lambda: _sets(quick, [2]))
    assert (await quick.ask("POST", "/auth/refresh", {"refresh_token": token})).code == "token_invalid"
    last = await quick.ask("POST", "/auth/refresh", {"refresh_token": renewed.body["refresh_token"]})
    assert last.status == 200


async def test_two_tabs_on_both_sides_of_a_rotation_get_the_same_successor(quick: House, servers: Servers) -> None:
    await quick.create("ada")
    token = (await quick.log_in("ada")).body["refresh_token"]
    await _rotate(servers)
    quick.clock.move(seconds=55)
    first = await quick.ask("POST", "/auth/refresh", {"refresh_token": token})
    quick.clock.move(seconds=10)
    second = await quick.ask("POST", "/auth/refresh", {"refresh_token": token})
    assert first.body["refresh_token"] == second.body["refresh_token"]
    assert _kid(first.body["access_token"]) != _kid(second.body["access_token"])


async def test_a_gateway_that_did_not_hear_of_a_key_fetches_it_at_need(servers: Servers) -> None:
    """Of those that fetch them every now and then, none is waited for."""
    async with house(servers, auth=SOON, gateway={"keys_every_s": 3_600.0}) as made:
        await made.create("ada")
        async with others.operator(servers) as operator:
            published = (await operator.ask(ASKS["keys.rotate"], Nothing())).keys
        made.clock.move(seconds=61)
        token = await _signed_with(made, published[-1]["kid"])
        async with others.gateway(servers, made) as url, RawSocket(made.http, url, token) as socket:
            assert (await socket.ask("me.get"))["ok"]


async def test_made_up_key_ids_are_refused_and_are_no_asks(parley: House, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _counted(monkeypatch, GetKeys, "__call__")
    good = await parley.token("root")
    claims = jwt.decode(good, options={"verify_signature": False})
    forger = Ed25519PrivateKey.generate()
    for _ in range(30):
        forged = jwt.encode(claims, forger, algorithm="EdDSA", headers={"kid": secrets.token_urlsafe(12)})
        assert (await parley.ask("GET", "/me", token=forged)).code == "token_invalid"
        async with RawSocket(parley.http, parley.url) as socket:
            assert (await socket.connect(json.dumps({"token": forged})))["code"] == "token_invalid"
    forged = jwt.encode(claims, forger, algorithm="EdDSA", headers={"kid": _kid(good)})
    assert (await parley.ask("GET", "/me", token=forged)).code == "token_invalid"
    assert len(asked) <= 2
    assert (await parley.ask("GET", "/me", token=good)).status == 200


async def test_keys_of_an_age_rotate_once_however_many_replicas_there_are(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes = _counted(monkeypatch, RotateKeys, "keep")
    aged = {"key_days": 30, **SOON}
    async with house(servers, auth=aged, gateway={"keys_every_s": 0.1}) as made, AsyncExitStack() as more:
        for number in (2, 3, 4):
            await more.enter_async_context(others.auth(servers, made, f"auth-{number}", **aged))
        await made.create("ada")
        made.clock.move(days=29)
        await _each_passes(passes)
        assert await _sets(made, [1])
        made.clock.move(days=1)
        await eventually(lambda: _sets(made, [1, 2]))
        await _each_passes(passes)
        assert await _sets(made, [1, 2])
        (entry,) = [each async for each in made.database["audit"].find({"action": "keys.rotate"})]
        assert entry["detail"]["reason"] == "age"
        assert "actor_id" not in entry
        made.clock.move(seconds=61)
        tokens = await asyncio.gather(*(made.token("ada") for _ in range(8)))
        assert {_kid(token) for token in tokens} == {entry["detail"]["kid"]}
        assert (await made.ask("GET", "/me", token=tokens[0])).status == 200


async def test_all_replicas_hear_of_a_rotation_without_a_restart(
    quick: House, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes = _counted(monkeypatch, RotateKeys, "keep")
    async with others.auth(servers, quick), others.auth(servers, quick, "auth-3"):
        await quick.create("ada")
        new_kid = await _rotate(servers)
        await _each_passes(passes)
        quick.clock.move(seconds=61)
        began = await asyncio.gather(*(quick.log_in("ada") for _ in range(8)))
        assert {_kid(answer.body["access_token"]) for answer in began} == {new_kid}
        for answer in await asyncio.gather(*(_renew(quick, answer.body["refresh_token"]) for answer in began)):
            assert answer.status == 200


async def test_several_rotations_in_a_row_leave_one_key_in_the_end(quick: House, servers: Servers) -> None:
    token = await quick.token("root")
    for _ in range(3):
        kid = await _rotate(servers)
    await eventually(lambda: _sets(quick, [1, 2, 3, 4]))
    quick.clock.move(seconds=61)
    assert _kid(await quick.token("root")) == kid
    assert (await quick.ask("GET", "/me", token=token)).status == 200
    quick.clock.move(days=31)
    await eventually(lambda: _published(quick, {kid}))
    await eventually(lambda: _sets(quick, [4]))


async def _rotate(servers: Servers) -> str:
    """The id of the new key."""
    async with others.operator(servers) as operator:
        answer: Keys = await operator.ask(ASKS["keys.rotate"], Nothing())
        return answer.keys[-1]["kid"]


async def _published(parley: House, kids: set[str]) -> bool:
    async with parley.http.get(f"{parley.url}/.well-known/jwks.json") as response:
        keys = (await response.json())["keys"]
        assert response.headers["Cache-Control"] == "public, max-age=15"
    assert all(set(key) == {"kty", "crv", "x", "kid", "use", "alg"} for key in keys)
    return {key["kid"] for key in keys} == kids


async def _renew(parley: House, token: str) -> Any:
    return await parley.ask("POST", "/auth/refresh", {"refresh_token": token})


async def _signed_with(parley: House, kid: str) -> str:
    async def token() -> str:
        made = await parley.token("ada")
        return made if _kid(made) == kid else ""

    return await eventually(token)


async def _sets(parley: House, numbers: list[int]) -> bool:
    return [each["number"] async for each in parley.database["keys"].find().sort("number")] == numbers


async def _private_keys(parley: House, numbers: list[int]) -> bool:
    found = parley.database["keys"].find({"private": {"$exists": True}}).sort("number")
    return [each["number"] async for each in found] == numbers


async def _each_passes(passes: list[Any], times: int = 3) -> None:
    """Until each replica that takes its turns has had that many more."""
    await eventually(lambda: passes)
    everyone = {id(one) for one in passes}
    since = len(passes)
    await eventually(lambda: all([id(one) for one in passes[since:]].count(each) >= times for each in everyone))


def _counted(monkeypatch: pytest.MonkeyPatch, kind: type[Any], name: str) -> list[Any]:
    """Whose method was called, each time it was."""
    called: list[Any] = []
    method: Callable[..., Any] = getattr(kind, name)

    async def counting(self: Any, *arguments: Any) -> Any:
        called.append(self)
        return await method(self, *arguments)

    monkeypatch.setattr(kind, name, counting)
    return called


def _kid(token: str) -> str:
    return str(jwt.get_unverified_header(token)["kid"])
