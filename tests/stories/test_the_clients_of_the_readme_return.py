"""The clients that the README shows, as they are printed: they hear, and return when nobody answers for a while."""

import asyncio
import os
import re
import shutil
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from deploy.local.node import node, npm
from tests.chaos.harm import paused, until_whole
from tests.kit.person import Person
from tests.kit.waiting import eventually
from tests.stories.conftest import ROOT, Enter, Running
from tests.stories.test_the_official_client_is_content import WEB, run

README = (ROOT / "README.md").read_text()
AWAY_S = 3.0
"""Longer than the clients wait before they try again."""


async def python(script: Path) -> list[str]:
    return [sys.executable, "-u", str(script)]


async def js(script: Path) -> list[str]:
    folder = script.parent
    for name in ("package.json", "package-lock.json"):
        shutil.copy(WEB / name, folder)
    await run(*npm(), "ci", "--no-audit", "--no-fund", "--silent", "--prefix", str(folder), cwd=folder, within_s=200)
    return [str(node().path), str(script)]


@pytest.mark.parametrize(("login", "prepare"), [("marco", python), ("elena", js)], ids=["python", "js"])
async def test_it_returns(
    cluster: Running, enter: Enter, tmp_path: Path, login: str, prepare: Callable[[Path], Awaitable[list[str]]]
) -> None:
    """One refused log-in during a return ended the JavaScript one, silently."""
    (code,) = re.findall(rf"^```{prepare.__name__}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    assert f'"{login}"' in code
    script = tmp_path / ("client.py" if prepare is python else "client.mjs")
    script.write_text(code.replace("http://127.0.0.1:8080", cluster.url))
    sofia = await enter("sofia")
    found = await sofia.ask("user.list", q=login)
    to = {"user_id": found["users"][0]["user_id"]}
    with (tmp_path / "said").open("w+") as said:
        client = await asyncio.create_subprocess_exec(*await prepare(script), stdout=said, stderr=said, cwd=tmp_path)
        try:
            # it hears from when it is connected, which it does not say
            await _hears(sofia, to, tmp_path / "said", "before", again=True)
            with paused(cluster.pid("auth-1")):
                os.kill(cluster.pid("gateway-1"), signal.SIGKILL)
                await asyncio.sleep(AWAY_S)
            await until_whole(cluster)
            await _hears(sofia, to, tmp_path / "said", "after")
            assert client.returncode is None
        finally:
            if client.returncode is None:
                client.kill()
            await client.wait()


async def _hears(sofia: Person, to: dict[str, str], said: Path, text: str, *, again: bool = False) -> None:
    await sofia.send(to=to, text=text)

    async def is_heard() -> bool:
        if again:
            await sofia.send(to=to, text=text)
        return text in await asyncio.to_thread(said.read_text)

    await eventually(is_heard, 30.0, every_s=0.5, what=f"{text!r} is heard")
