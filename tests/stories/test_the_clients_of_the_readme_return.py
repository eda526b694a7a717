"""The clients that the README shows, as they are printed: they hear, and return when nobody answers for a while."""

import asyncio
import re
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from yarl import URL

from deploy.local.node import node
from tests.chaos.harm import paused
from tests.kit.person import Person
from tests.kit.waiting import eventually
from tests.stories.conftest import PASSWORD, ROOT, Enter, Running

README = (ROOT / "README.md").read_text()
AWAY_S = 8.0
"""Longer than an ask waits, and the clients before they try again."""


class Wire:
    """A way to the gateway that can be cut."""

    def __init__(self, url: str) -> None:
        self._to = URL(url)
        self._writers: list[asyncio.StreamWriter] = []

    @asynccontextmanager
    async def open(self) -> AsyncIterator[str]:
        """Its URL."""
        server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        finally:
            server.close()
            self.cut()

    def cut(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._to.host, self._to.port)
        self._writers += [writer, back]
        await asyncio.gather(_pour(reader, back), _pour(there, writer))


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()


BOTH = pytest.mark.parametrize(("login", "language"), [("marco", "python"), ("elena", "js")], ids=["python", "js"])


@pytest.fixture
def folder(beside_the_client: Path, tmp_path: Path) -> Path:
    """Of one test, for either language."""
    folder = beside_the_client / tmp_path.name
    folder.mkdir()
    return folder


@BOTH
async def test_it_ends_where_trying_again_is_of_no_use(
    cluster: Running, folder: Path, login: str, language: str
) -> None:
    """It tried a password that was changed for ever, until the account was locked, and said nothing."""
    command = _command(folder, language, login, cluster.url, password="Changed-2026")
    client = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=STDOUT, cwd=folder)
    said, _ = await asyncio.wait_for(client.communicate(), 20)
    assert (client.returncode, said.decode()) == (1, "Login or password is wrong.\n")


def _command(folder: Path, language: str, login: str, url: str, *, password: str = PASSWORD) -> list[str]:
    (code,) = re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    assert f'"{login}"' in code
    script = folder / ("client.py" if language == "python" else "client.mjs")
    script.write_text(code.replace("http://127.0.0.1:8080", url).replace(PASSWORD, password))
    return [sys.executable, "-u", str(script)] if language == "python" else [str(node().path), str(script)]


@BOTH
async def test_it_returns(cluster: Running, enter: Enter, folder: Path, login: str, language: str) -> None:
    """One refused log-in during a return ended the JavaScript one, silently."""
    wire = Wire(cluster.url)
    sofia = await enter("sofia")
    found = await sofia.ask("user.list", q=login)
    to = {"user_id": found["users"][0]["user_id"]}
    async with wire.open() as url:
        command = _command(folder, language, login, url)
        said = await asyncio.to_thread((folder / "said").open, "w+")
        client = await asyncio.create_subprocess_exec(*command, stdout=said, stderr=said, cwd=folder)
        try:
            # it hears from when it is connected, which it does not say
            await _hears(sofia, to, folder / "said", "before", again=True)
            with paused(cluster.pid("auth-1")):
                wire.cut()
                await asyncio.sleep(AWAY_S)
            await _hears(sofia, to, folder / "said", "after")
            assert client.returncode is None
        finally:
            if client.returncode is None:
                client.kill()
            await client.wait()
            said.close()


async def _hears(sofia: Person, to: dict[str, str], said: Path, text: str, *, again: bool = False) -> None:
    await sofia.send(to=to, text=text)

    async def is_heard() -> bool:
        if again:
            await sofia.send(to=to, text=text)
        return text in await asyncio.to_thread(said.read_text)

    await eventually(is_heard, 30.0, every_s=0.5, what=f"{text!r} is heard")
