"""What is done to a cluster, and always undone: a process paused, or ended and kept so. And how one sees the harm."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import aiohttp

from tests.kit.refusal import Refused
from tests.kit.waiting import eventually
from tests.stories.conftest import Running

ANSWER_S = 5.0
NAMED_WITHIN_S = 15.0
WHOLE_WITHIN_S = 40.0


@contextmanager
def paused(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@contextmanager
def held_down(cluster: Running, name: str, by: signal.Signals = signal.SIGKILL) -> Iterator[None]:
    """This process is ended and stays so, since the one who would start it again is paused; at the end that one goes on."""
    with paused(plan(cluster)["pid"]):
        os.kill(cluster.pid(name), by)
        yield


async def are_unavailable(*asking: Awaitable[object]) -> None:
    """Each says so, and in time: a lost connection is no answer."""
    asked_at = time.monotonic()
    answers = await asyncio.gather(*asking, return_exceptions=True)
    assert time.monotonic() - asked_at < ANSWER_S
    assert [one.code if isinstance(one, Refused) else one for one in answers] == ["unavailable"] * len(asking)


async def is_missed(cluster: Running, server: str, parts: Sequence[str]) -> None:
    """By all these parts, as their readiness says."""
    async with aiohttp.ClientSession() as http:

        async def is_named() -> Any:
            return all([server in (await _readiness(http, cluster, part))["away"] for part in parts])

        await eventually(is_named, NAMED_WITHIN_S, every_s=0.5, what=f"{', '.join(parts)} miss {server}")


async def until_whole(cluster: Running) -> None:
    """Every part runs, is ready, and misses nothing."""
    async with aiohttp.ClientSession() as http:

        async def is_whole() -> Any:
            parts = [name for name, process in plan(cluster)["processes"].items() if process["ops_port"]]
            try:
                return all([(await _readiness(http, cluster, part))["status"] == "ready" for part in parts])
            except aiohttp.ClientError:
                return False

        await eventually(is_whole, WHOLE_WITHIN_S, every_s=0.2, what="the cluster is whole")


def plan(cluster: Running) -> dict[str, Any]:
    """What the cluster says of itself: the `pid` of its supervisor, and its `processes`."""
    said: dict[str, Any] = json.loads((cluster.data_dir / "run" / "cluster.json").read_text())
    return said


async def _readiness(http: aiohttp.ClientSession, cluster: Running, part: str) -> dict[str, Any]:
    async with http.get(f"{cluster.ops_url(part)}/readyz") as response:
        report: dict[str, Any] = await response.json()
        return report
