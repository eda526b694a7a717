"""Logging in, refreshing, logging out."""

import asyncio
from datetime import timedelta
from typing import Any

import bcrypt
import jwt
import msgspec
import pytest

from chassis.bus import Asker
from contracts.auth import SessionEnded
from services.auth.store.sessions import KEPT_S
from tests.kit.waiting import eventually
from tests.services.auth.conftest import House, until

pytestmark = pytest.mark.asyncio
ENDED = "auth.session.ended"


async def test_a_right_password_gives_tokens_that_the_public_key_confirms(house: House) -> None:
    ada = await house.create("Ada.L")
    tokens = await house.log_in("ada.l")
    assert (tokens.user.user_id, tokens.expires_in, tokens.notices) == (ada.user_id, 900, [])
    keys = (await house.ask("keys.get")).keys
    header = jwt.get_unverified_header(tokens.access_token)
    key = jwt.PyJWK(next(key for key in keys if key["kid"] == header["kid"]))
    claims: dict[str, Any] = jwt.decode(tokens.access_token, key, algorithms=["EdDSA"], issuer="parley")
    assert (claims["sub"], claims["role"], claims["login"], claims["name"]) == (ada.user_id, "agent", "Ada.L", "Ada")
    assert tokens.refresh_token is not None and tokens.refresh_token.startswith(claims["sid"] + ".")
    await eventually(lambda: house.count("auth.session.started") == 1)
    stored = await house.database["users"].find_one({"_id": ada.user_id})
    assert stored is not None and b"password" not in msgspec.json.encode(tokens.user)


@pytest.mark.parametrize("login", ["ada", "nobody", "", "a\0b"])
@pytest.mark.parametrize("password", ["wrong", "", "x" * 73, "a\0b"])
async def test_a_wrong_password_is_refused_as_an_unknown_login_is(house: House, login: str, password: str) -> None:
    await house.create("ada")
    assert (await house.refusal("auth.login", Asker(), login=login, password=password)).code == "invalid_credentials"


async def test_a_disabled_account_is_named_only_to_who_knows_the_password(house: House) -> None:
    ada = await house.create("ada")
    tokens = await house.log_in("ada")
    await house.database["users"].update_one({"_id": ada.user_id}, {"$set": {"disabled": True}})
    assert (await house.refusal("auth.login", login="ada", password="wrong")).code == "invalid_credentials"
    assert (await house.refusal("auth.login", login="ada", password="Parley-2026")).code == "account_disabled"
    assert (await house.refusal("auth.refresh", refresh_token=tokens.refresh_token)).code == "account_disabled"


async def test_a_refused_login_takes_the_same_work_whoever_it_is(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the time an answer takes says who has an account here."""
    await house.create("ada")
    linus = await house.create("linus")
    await house.database["users"].update_one({"_id": linus.user_id}, {"$set": {"disabled": True}})
    hashes: list[bytes] = []
    checkpw = bcrypt.checkpw

    def seen(password: bytes, password_hash: bytes) -> bool:
        hashes.append(password_hash)
        return checkpw(password, password_hash)

    monkeypatch.setattr(bcrypt, "checkpw", seen)
    costs = set()
    for login in ("ada", "linus", "nobody", "no login"):
        for password in ("wrong", "x" * 73, "Parley-2026"):
            if (login, password) != ("ada", "Parley-2026"):
                await house.refusal("auth.login", Asker(), login=login, password=password)
                (password_hash,) = hashes
                costs.add(password_hash[:7])
                hashes.clear()
    assert costs == {b"$2b$04$"}


async def test_the_previous_refresh_token_gives_the_same_successor_for_a_while(house: House) -> None:
    await house.create("ada")
    first = (await house.log_in("ada")).refresh_token
    answers = await asyncio.gather(*(house.ask("auth.refresh", Asker(), refresh_token=first) for _ in range(8)))
    second = {answer.refresh_token for answer in answers}
    assert len(second) == 1 and first not in second
    house.clock.ahead = timedelta(seconds=31)
    assert (await house.refusal("auth.refresh", refresh_token=first)).code == "session_ended"
    assert (await house.refusal("auth.refresh", refresh_token=second.pop())).code == "session_ended"
    await eventually(lambda: house.count(ENDED) == 1)
    told = next(told for told in house.told if told.name == ENDED)
    assert msgspec.json.decode(told.data, type=SessionEnded).reason == "token_reused"


async def test_of_those_that_were_replaced_the_last_one_alone_gives_the_newest(house: House) -> None:
    await house.create("ada")
    tokens = [(await house.log_in("ada")).refresh_token]
    for _ in range(4):
        tokens.append((await house.ask("auth.refresh", refresh_token=tokens[-1])).refresh_token)
    assert (await house.ask("auth.refresh", refresh_token=tokens[-2])).refresh_token == tokens[-1]
    assert house.count(ENDED) == 0
    for late in (tokens[-3], *tokens):
        assert (await house.refusal("auth.refresh", refresh_token=late)).code == "session_ended"
    await eventually(lambda: house.count(ENDED) == 1)


async def test_a_token_superseded_long_ago_ends_the_family_however_many_came_since(house: House) -> None:
    await house.create("ada")
    first = (await house.log_in("ada")).refresh_token
    second = (await house.ask("auth.refresh", refresh_token=first)).refresh_token
    house.clock.ahead = timedelta(seconds=20)
    third = (await house.ask("auth.refresh", refresh_token=second)).refresh_token
    house.clock.ahead = timedelta(seconds=40)
    assert (await house.ask("auth.refresh", refresh_token=second)).refresh_token == third
    assert (await house.refusal("auth.refresh", refresh_token=first)).code == "session_ended"
    assert (await house.refusal("auth.refresh", refresh_token=third)).code == "session_ended"


async def test_refresh_tokens_that_are_none_or_have_expired(house: House) -> None:
    await house.create("ada")
    token = (await house.log_in("ada")).refresh_token
    assert token is not None
    session_id, _, mac = token.split(".")
    for bad in (None, "", "x", "é.1.é", f"{session_id}.2.{mac}", token + "A", f"{session_id}.1.{'A' * 43}"):
        assert (await house.refusal("auth.refresh", refresh_token=bad)).code == "token_invalid"
    house.clock.ahead = timedelta(days=30, seconds=1)
    assert (await house.refusal("auth.refresh", refresh_token=token)).code == "token_expired"


async def test_a_session_kept_for_another_time_by_an_earlier_version_keeps_nobody_down(house: House) -> None:
    """MongoDB refuses to make an index that is there with another time."""
    sessions = house.database["sessions"]
    await sessions.drop_index("expiry")
    await sessions.create_index("expires_at", name="expiry", expireAfterSeconds=60)
    await house.restart()
    assert (await sessions.index_information())["expiry"]["expireAfterSeconds"] == KEPT_S


async def test_logging_out_is_told_once_and_before_the_answer(house: House) -> None:
    await house.create("ada")
    refresh_token = (await house.log_in("ada")).refresh_token
    assert refresh_token is not None
    session_id = refresh_token.split(".")[0]
    await house.ask("auth.logout", Asker(session_id=session_id))
    await house.ask("auth.logout", Asker(), refresh_token=refresh_token)
    assert (await house.refusal("auth.logout", Asker())).code == "token_invalid"
    assert (await house.refusal("auth.refresh", refresh_token=refresh_token)).code == "session_ended"
    await eventually(lambda: house.count(ENDED) == 1)
    told = next(told for told in house.told if told.name == ENDED)
    assert told.id == f"{session_id}.ended"
    assert msgspec.json.decode(told.data, type=SessionEnded).reason == "logout"

    async def is_clear() -> bool:
        document = await house.database["sessions"].find_one({"_id": session_id})
        return document is not None and document["outbox"] == []

    await until(is_clear)
    assert house.count(ENDED) == 1
