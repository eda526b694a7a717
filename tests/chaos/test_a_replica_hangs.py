"""One of two replicas hangs, so that what it is asked has no answer: the other does it all, soon and unnoticed."""

import time
from collections.abc import Awaitable
from http import HTTPStatus
from typing import TypeVar

import aiohttp
import pytest

from tests.chaos.circle import Circle
from tests.chaos.harm import paused
from tests.chaos.watching import told_offline
from tests.kit.history import History
from tests.kit.refusal import Refused
from tests.kit.session import open_http
from tests.stories.conftest import PASSWORD, Enter, Running

T = TypeVar("T")
SOON_S = 5.0
TRIES_MAX = 12
"""Half of them go to the one that hangs."""
LONGER_THAN_LEASES_S = 16.0
"""A lease of 12 s that nobody renewed has run out by then, and was swept."""


@pytest.mark.parametrize("name", ["auth-1", "presence-1"])
async def test_the_other_does_it_all(
    cluster: Running, circle: Circle, history: History, enter: Enter, name: str
) -> None:
    """Which of the two is asked is chance: all of it is tried again and again."""
    marco, elena, sofia = circle.people
    async with circle.talking():
        hung_at = time.monotonic()
        with paused(cluster.pid(name)):
            while time.monotonic() < hung_at + LONGER_THAN_LEASES_S:
                await _soon("GET /conversations", marco.session.request("GET", "/conversations", patience_s=SOON_S))
                await _log_in(cluster)
                again = await _soon("a fresh connection", enter("elena", same_session_as=elena))
                await _soon("message.send", again.send(to={"user_id": sofia.user_id}, text="are you there?"))
                await again.leave()
        await circle.until_said(50, 10.0)
    assert told_offline(history, circle.people, hung_at) == []


async def _soon(what: str, doing: Awaitable[T]) -> T:
    began_at = time.monotonic()
    done = await doing
    took_s = time.monotonic() - began_at
    assert took_s < SOON_S, f"{what} took {took_s:.1f} s"
    return done


async def _log_in(cluster: Running) -> None:
    """Not asked of the other by itself, for its hash costs too much to be made twice when many log in: the client is
    refused as soon as anything, and asks again as it is told to."""
    async with open_http() as http:
        for _ in range(TRIES_MAX):
            began_at = time.monotonic()
            try:
                return await _once(http, cluster)
            except Refused as refused:
                assert refused.code == "unavailable"
                assert time.monotonic() - began_at < SOON_S
    raise AssertionError(f"not once in {TRIES_MAX} tries")


async def _once(http: aiohttp.ClientSession, cluster: Running) -> None:
    form = {"login": "jonas", "password": PASSWORD, "session": "token"}
    async with http.post(f"{cluster.url}/api/v1/auth/login", json=form) as answer:
        body = await answer.json()
        if answer.status != HTTPStatus.OK:
            raise Refused("auth.login", body)
