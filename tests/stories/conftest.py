"""One local cluster for all stories, started as a person would, and people to tell them with."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from tests.kit.history import History
from tests.kit.javascript import beside_the_client
from tests.kit.person import Person
from tests.kit.ports import neighbours
from tests.kit.session import open_http
from tests.kit.verdict import judge

ROOT = Path(__file__).parents[2]
WEB = ROOT / "tests" / "web"
PASSWORD = "Parley-2026"
__all__ = ["beside_the_client"]
Enter = Callable[..., Awaitable[Person]]


class Running:
    """A cluster that runs as its own process. Log-ins cost it little: there are hundreds, and hashing steps back from
    whatever else the machine does."""

    def __init__(self, folder: Path, **options: str) -> None:
        self.data_dir = folder
        port = neighbours(int(options.get("GATEWAYS", "1")))
        env = {**os.environ, "DATA_DIR": str(folder), "PORT": str(port), "PARLEY_BCRYPT_COST": "4", **options}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "deploy.local"], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True
        )
        self.urls: list[str] = []
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("ready "):
                self.urls.append(line.split()[1])
            if len(self.urls) == int(options.get("GATEWAYS", "1")):
                break
        assert self.urls, "the cluster did not become ready: see its logs"

    @property
    def url(self) -> str:
        return self.urls[0]

    def pid(self, name: str) -> int:
        return int((self.data_dir / "run" / f"{name}.pid").read_text())

    def ops_url(self, name: str) -> str:
        processes = json.loads((self.data_dir / "run" / "cluster.json").read_text())["processes"]
        return f"http://127.0.0.1:{processes[name]['ops_port']}"

    def stop(self) -> int:
        """The exit code."""
        self._process.send_signal(signal.SIGTERM)
        self._process.communicate(timeout=60)
        return self._process.returncode


@pytest.fixture(scope="package")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("cluster"))
    yield running
    running.stop()


@pytest.fixture
def history() -> History:
    return History()


@pytest.fixture
async def enter(cluster: Running, history: History) -> AsyncIterator[Enter]:
    """`await enter("marco")`: connected and live. At the end of the test the record of all is judged, and they leave."""
    people: list[Person] = []
    async with open_http() as http:

        async def enter_one(
            login: str, password: str = PASSWORD, same_session_as: Person | None = None, **options: object
        ) -> Person:
            person = Person(
                login,
                password,
                gateways=cluster.urls,
                history=history,
                http=http,
                device=1 + sum(one.login == login for one in people),
                **options,  # type: ignore[arg-type]
            )
            if same_session_as is not None:
                person.share_session(same_session_as)
            people.append(person)
            await person.connect()
            return person

        yield enter_one
        try:
            assert await judge(people, history) == []
        finally:
            await asyncio.gather(*(person.leave() for person in people))
