"""The library, packed and installed as others would; and a cluster whose access tokens live for seconds."""

import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bench.chaos.proxy import Proxy
from deploy.local.node import node, npm
from tests.kit.javascript import beside_the_client
from tests.library.remote import Remote, remote
from tests.stories.conftest import ROOT, Enter, Running, enter, history

__all__ = ["beside_the_client", "enter", "history"]

HERE = Path(__file__).parent
TOKEN_S = 8
"""Of an access token: it is renewed many times while the tests run."""


@pytest.fixture(scope="package")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("library"), GATEWAYS="2", PARLEY_ACCESS_TOKEN_S=str(TOKEN_S))
    yield running
    running.stop()


@pytest.fixture(scope="package")
def tarball(beside_the_client: Path) -> Path:
    """What `npm pack` makes of it, built without the page's tools."""
    source = beside_the_client / "library"
    for part in ("contract", "client"):
        ignored = shutil.ignore_patterns("node_modules", "dist", "test")
        shutil.copytree(ROOT / "web" / part, source / part, ignore=ignored)
    shutil.copy(ROOT / "web" / "tsconfig.base.json", source)
    compiler = str(beside_the_client / "node_modules" / "typescript" / "bin" / "tsc")
    client = source / "client"
    build = [str(node().path), compiler, "--project", "tsconfig.build.json"]
    subprocess.run(build, cwd=client, check=True, timeout=120)
    subprocess.run([*npm(), "pack", "--silent"], cwd=client, check=True, timeout=60, stdout=subprocess.DEVNULL)
    (packed,) = client.glob("*.tgz")
    return packed


@pytest.fixture(scope="package")
def installed(tarball: Path, beside_the_client: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder elsewhere, where the library was installed without a network, beside what it needs."""
    folder = tmp_path_factory.mktemp("elsewhere")
    shutil.copytree(beside_the_client / "node_modules", folder / "node_modules", symlinks=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(beside_the_client / name, folder)
    install = [*npm(), "install", "--offline", "--no-audit", "--no-fund", "--silent", str(tarball)]
    subprocess.run(install, cwd=folder, check=True, timeout=120)
    shutil.copy(HERE / "remote.mjs", folder)
    return folder


@pytest.fixture
async def lead(installed: Path) -> AsyncIterator[Remote]:
    async with remote(installed) as made:
        yield made


@pytest.fixture
async def lines(cluster: Running) -> AsyncIterator[list[Proxy]]:
    """Two ways to the first gateway and one to the second, each of its own."""
    first, second = (int(url.rpartition(":")[2]) for url in cluster.urls)
    made = [Proxy(first), Proxy(first), Proxy(second)]
    async with AsyncExitStack() as left:
        for line in made:
            await line.start()
            left.push_async_callback(line.stop)
        yield made


__all__ += ["Enter"]
