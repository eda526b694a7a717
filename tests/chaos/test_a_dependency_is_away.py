"""A dependency that hangs: askers hear `unavailable` within five seconds, readiness names it, and all recovers by itself."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import aiohttp
import pytest

from tests.kit.refusal import Refused, Unanswered
from tests.kit.waiting import eventually
from tests.stories.conftest import Enter, Running

ANSWER_S = 5.0


@contextmanager
def paused(cluster: Running, name: str) -> Iterator[None]:
    pid = cluster.pid(name)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


async def away(url: str) -> list[str]:
    async with aiohttp.ClientSession() as http, http.get(f"{url}/readyz") as response:
        parts: list[str] = (await response.json())["away"]
        return parts


@pytest.mark.parametrize(
    ("server", "method", "path", "part"),
    [
        ("mongo", "GET", "/conversations", "messenger-1"),
        ("redis", "GET", "/presence", "presence-1"),
        ("nats", "GET", "/me", "gateway-1"),
    ],
)
async def test_it_hangs_and_comes_back(
    cluster: Running, enter: Enter, server: str, method: str, path: str, part: str
) -> None:
    marco, elena = await enter("marco"), await enter("elena")
    with paused(cluster, server):
        asked = time.monotonic()
        with pytest.raises((Refused, Unanswered)) as refused:
            await marco.session.request(method, path, patience_s=0)
        assert time.monotonic() - asked < ANSWER_S
        assert isinstance(refused.value, Refused)
        assert refused.value.code == "unavailable"
        await eventually(_names(cluster.ops_url(part), server), 15.0, every_s=0.5)
    sent = await marco.send(to={"user_id": elena.user_id}, text=f"after {server} was away")
    await elena.eventually(lambda: [p for p in elena.pushes("message.sent") if p["message"] == sent], 30.0)
    await eventually(_all_there(cluster.ops_url(part)), 30.0, every_s=0.5)


def _names(url: str, server: str) -> Callable[[], Any]:
    async def named() -> bool:
        return server in await away(url)

    return named


def _all_there(url: str) -> Callable[[], Any]:
    async def nothing_away() -> bool:
        return not await away(url)

    return nothing_away
