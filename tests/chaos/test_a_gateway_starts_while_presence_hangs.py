"""A gateway is killed and starts again while nobody can say who is here: it serves what needs no presence, and connects
people as soon as presence is back."""

import asyncio
import os
import signal
from contextlib import ExitStack
from typing import Any

import aiohttp

from tests.chaos.harm import paused, plan
from tests.kit.session import Gateways, Session, open_http
from tests.kit.waiting import eventually
from tests.stories.conftest import PASSWORD, Enter, Running

STARTED_S = 20.0
BACK_S = 10.0
PRESENCES = ("presence-1", "presence-2")


async def test_it_serves_and_connects_when_presence_is_back(cluster: Running, enter: Enter) -> None:
    """It asked who is here before it opened its port, and gave up with its process."""
    async with open_http() as http:
        jonas = Session(http, Gateways(cluster.urls[:1]), "jonas", PASSWORD)
        await jonas.log_in()
        with ExitStack() as hanging:
            for name in PRESENCES:
                hanging.enter_context(paused(cluster.pid(name)))
            dead = cluster.pid("gateway-1")
            os.kill(dead, signal.SIGKILL)
            await _until_degraded(http, cluster, dead)
            assert (await jonas.request("GET", "/me", patience_s=0))["user"]["login"] == "jonas"
    async with asyncio.timeout(BACK_S):
        marco = await enter("marco", first_gateway=0)
        elena = await enter("elena", first_gateway=0)
    sent = await marco.send(to={"user_id": elena.user_id}, text="here we are")
    await elena.eventually(lambda: [push for push in elena.pushes("message.sent") if push["message"] == sent])


async def _until_degraded(http: aiohttp.ClientSession, cluster: Running, dead: int) -> None:
    """It is another process, and ready but for presence."""

    async def says_so() -> Any:
        if plan(cluster)["processes"]["gateway-1"]["pid"] == dead:
            return False
        try:
            async with http.get(f"{cluster.ops_url('gateway-1')}/readyz") as response:
                report = await response.json()
        except aiohttp.ClientError:
            return False
        return response.status == 200 and report == {"status": "degraded", "away": ["presence"]}

    await eventually(says_so, STARTED_S, every_s=0.2, what="gateway-1 is degraded, for presence is away")
