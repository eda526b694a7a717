"""An operator has the stream made anew while people talk: they begin from a snapshot, and notice nothing else."""

import asyncio
import sys
from functools import partial

import aiohttp

from tests.chaos.circle import Circle
from tests.chaos.harm import until_whole
from tests.kit.person import Person
from tests.kit.session import open_http
from tests.stories.conftest import PASSWORD, ROOT, Running

NOTICED_S = 30.0
WORD = "marzipan"


async def test_people_talk_on_in_a_new_stream(cluster: Running, circle: Circle) -> None:
    marco, elena, sofia = circle.people
    await elena.ask("presence.set", status="do_not_disturb", note="in a call")
    async with open_http() as http:
        ended = await _token_of_an_ended_session(http, f"{cluster.url}/api/v1")
        async with circle.talking():
            await circle.until_said(20, 10.0)
            before = [len(one.pushes("ready")) for one in circle.people]
            assert "--yes" in (await _rebuild(cluster, 2))
            said = await _rebuild(cluster, 0, "--yes")
            assert said.startswith("The stream is of epoch ")
            for one, count in zip(circle.people, before, strict=True):
                await one.eventually(partial(_has_returned, one, count), NOTICED_S)
            await until_whole(cluster)
            await circle.until_said(20, NOTICED_S)
        for one in circle.people:
            assert one.pushes("ready")[-1]["recovered"] is False
        # what gateways know from the stream alone: they all have started anew
        for url in cluster.urls:
            async with http.get(f"{url}/api/v1/me", headers={"Authorization": f"Bearer {ended}"}) as answer:
                assert (answer.status, (await answer.json())["code"]) == (401, "session_ended")
    shown = (await marco.ask("presence.list", user_ids=[elena.user_id]))["people"][0]
    assert (shown["status"], shown["note"]) == ("do_not_disturb", "in a call")
    await sofia.send(to={"conversation_id": circle.group_id}, text=WORD)
    await marco.eventually(lambda: _finds(marco), NOTICED_S, "what is said now is found")


async def _finds(one: Person) -> bool:
    return bool((await one.ask("message.search", q=WORD))["messages"])


async def _token_of_an_ended_session(http: aiohttp.ClientSession, url: str) -> str:
    """Which by itself is still good."""
    form = {"login": "jonas", "password": PASSWORD, "session": "token"}
    async with http.post(f"{url}/auth/login", json=form) as answer:
        token = str((await answer.json())["access_token"])
    async with http.post(f"{url}/auth/logout", headers={"Authorization": f"Bearer {token}"}) as answer:
        assert answer.status == 204
    return token


def _has_returned(one: Person, readies: int) -> bool:
    return len(one.pushes("ready")) > readies and one.is_live


async def _rebuild(cluster: Running, code: int, *words: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "parley", "rebuild-stream", "--data-dir", str(cluster.data_dir), *words),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode == code, said.decode()
    return said.decode()
