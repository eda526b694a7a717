"""The clients that the README shows, as they are printed: they hear, and return when nobody answers for a while."""

import asyncio
import re
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from deploy.local.node import node
from tests.chaos.harm import paused
from tests.kit.person import Person
from tests.kit.waiting import eventually
from tests.kit.wire_to import WireTo
from tests.stories.conftest import PASSWORD, ROOT, Enter, Running

README = (ROOT / "README.md").read_text()
AWAY_S = 8.0
"""Longer than an ask waits, and the clients before they try again."""


BOTH = {"python": "marco", "js": "elena"}
"""The languages, and who each is in the README."""


@pytest.fixture
def folder(beside_the_client: Path, tmp_path: Path) -> Path:
    """Of one test, for both languages."""
    folder = beside_the_client / tmp_path.name
    folder.mkdir()
    return folder


@pytest.mark.parametrize("language", BOTH)
async def test_it_ends_where_trying_again_is_of_no_use(cluster: Running, folder: Path, language: str) -> None:
    """It tried a password that was changed for ever, until the account was locked, and said nothing."""
    command = _command(folder, language, cluster.url, password="Changed-2026")
    client = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=STDOUT, cwd=folder)
    said, _ = await asyncio.wait_for(client.communicate(), 20)
    assert (client.returncode, said.decode()) == (1, "Login or password is wrong.\n")


def _command(folder: Path, language: str, url: str, *, password: str = PASSWORD) -> list[str]:
    (code,) = re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    assert f'"{BOTH[language]}"' in code
    script = folder / ("client.py" if language == "python" else "client.mjs")
    script.write_text(code.replace("http://127.0.0.1:8080", url).replace(PASSWORD, password))
    return [sys.executable, "-u", str(script)] if language == "python" else [str(node().path), str(script)]


async def test_they_return(cluster: Running, enter: Enter, folder: Path) -> None:
    """One refused log-in during a return ended the JavaScript one, silently."""
    sofia = await enter("sofia")
    async with AsyncExitStack() as left:
        wires = {login: WireTo(cluster.url) for login in BOTH.values()}
        clients = []
        for language, login in BOTH.items():
            url = await left.enter_async_context(wires[login].open())
            command = _command(folder, language, url)
            clients.append(await left.enter_async_context(_running(command, folder / login)))
        # they hear from when they are connected, which they do not say
        await asyncio.gather(*(_hears(sofia, login, folder, "before", again=True) for login in wires))
        with paused(cluster.pid("auth-1")):
            for wire in wires.values():
                wire.cut()
            await asyncio.sleep(AWAY_S)
        await asyncio.gather(*(_hears(sofia, login, folder, "after") for login in wires))
        assert [client.returncode for client in clients] == [None, None]


@asynccontextmanager
async def _running(command: list[str], said: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """What it says is written there."""
    with said.open("w") as file:
        client = await asyncio.create_subprocess_exec(*command, stdout=file, stderr=file, cwd=said.parent)
    try:
        yield client
    finally:
        if client.returncode is None:
            client.kill()
        await client.wait()


async def _hears(sofia: Person, login: str, folder: Path, text: str, *, again: bool = False) -> None:
    found = await sofia.ask("user.list", q=login)
    to = {"user_id": found["users"][0]["user_id"]}
    await sofia.send(to=to, text=text)

    async def is_heard() -> bool:
        if again:
            await sofia.send(to=to, text=text)
        return text in await asyncio.to_thread((folder / login).read_text)

    await eventually(is_heard, 30.0, every_s=0.5, what=f"{text!r} is heard by {login}")
