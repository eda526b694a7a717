"""Tokens of service accounts at a gateway: auth is asked seldom, and a token that is known survives auth being away."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from chassis.clock import rfc3339
from contracts.auth import CheckToken as Request
from contracts.auth import TokenChecked
from contracts.refusals import Refused
from contracts.things import User
from services.gateway.actions import check_token
from services.gateway.actions.check_token import AT_ONCE, WAITING_MAX, CheckToken

SECRET = "parley_" + "s" * 43


class Auth:
    def __init__(self) -> None:
        self.asked = 0
        self.at_once = self.most_at_once = 0
        self.refuses: str | None = None
        self.good_s = 3600.0

    async def ask(self, _: Any, request: Request) -> TokenChecked:
        self.asked += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0.001)
        self.at_once -= 1
        if self.refuses:
            raise Refused(self.refuses, "no")
        assert SECRET not in str(request)
        user = User(user_id="u_bot", login="bot", name="Bot", role="agent", kind="service")
        now = time.time()
        times = {"created_at": _at(now), "expires_at": _at(now + self.good_s)}
        return TokenChecked(user=user, token_id="t_1", scope="write", version=1, **times)


def _at(moment: float) -> str:
    return rfc3339(datetime.fromtimestamp(moment, UTC))


@pytest.fixture
def auth() -> Auth:
    return Auth()


@pytest.fixture
def check(auth: Auth) -> CheckToken:
    return CheckToken(auth, 900.0)  # type: ignore[arg-type]


async def test_auth_is_asked_once_for_a_while(auth: Auth, check: CheckToken, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        identity = await check(SECRET)
    assert (auth.asked, identity.session_id, identity.is_service) == (1, "t_1", True)
    monkeypatch.setattr(check_token, "FRESH_S", 0.0)
    await check(SECRET)
    assert auth.asked == 2


async def test_one_that_is_known_survives_auth_being_away_for_a_while(
    auth: Auth, check: CheckToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    await check(SECRET)
    monkeypatch.setattr(check_token, "FRESH_S", 0.0)
    auth.refuses = "unavailable"
    assert (await check(SECRET)).session_id == "t_1"
    with pytest.raises(Refused) as refused:
        await check(SECRET[:-1] + "x")
    assert refused.value.code == "unavailable"
    short = CheckToken(auth, 0.0)  # type: ignore[arg-type]
    auth.refuses = None
    await short(SECRET)
    auth.refuses = "unavailable"
    with pytest.raises(Refused):
        await short(SECRET)


async def test_what_auth_refuses_is_forgotten(auth: Auth, check: CheckToken, monkeypatch: pytest.MonkeyPatch) -> None:
    await check(SECRET)
    monkeypatch.setattr(check_token, "FRESH_S", 0.0)
    for code in ("session_ended", "unavailable"):
        auth.refuses = code
        with pytest.raises(Refused) as refused:
            await check(SECRET)
        assert refused.value.code == code


async def test_one_that_has_run_out_is_not_believed_longer(auth: Auth, check: CheckToken) -> None:
    auth.good_s = -1.0
    await check(SECRET)
    with pytest.raises(Refused) as refused:
        await check(SECRET)
    assert (refused.value.code, auth.asked) == ("token_expired", 1)


async def test_made_up_ones_are_no_flood_of_asks(auth: Auth, check: CheckToken) -> None:
    auth.refuses = "token_invalid"
    made_up = [f"parley_{number:043d}" for number in range(WAITING_MAX + 50)]
    answers = await asyncio.gather(*map(check, made_up), return_exceptions=True)
    codes = [answer.code for answer in answers if isinstance(answer, Refused)]
    assert (codes.count("token_invalid"), codes.count("unavailable")) == (WAITING_MAX, 50)
    assert auth.most_at_once == AT_ONCE
