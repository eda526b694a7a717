"""A gateway that is told to go answers the HTTP requests it has."""

import asyncio
import os
import signal

import aiohttp

from tests.chaos.harm import until_whole
from tests.stories.conftest import PASSWORD, Running

AT_ONCE = 8


async def test_before_it_goes(cluster: Running) -> None:
    """They were broken off after 2 s, and some of them had been done."""
    url = f"{cluster.url}/api/v1/auth/login"
    form = {"login": "marco", "password": PASSWORD, "session": "token"}
    async with aiohttp.ClientSession() as http:

        async def log_in() -> int:
            async with http.post(url, json=form) as answer:
                assert (await answer.json())["user"]["login"] == "marco"
                return answer.status

        asked = [asyncio.create_task(log_in()) for _ in range(AT_ONCE)]
        _, left = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        assert left  # under way: they were asked at once, and hashes come one after the other
        os.kill(cluster.pid("gateway-1"), signal.SIGTERM)
        assert await asyncio.gather(*asked) == [200] * AT_ONCE
    await until_whole(cluster)
