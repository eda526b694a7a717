"""The cluster is told to stop in the middle of everything: it does, wholly, and its next life, elsewhere, has it all."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.ports import Ports
from tests.chaos.circle import Circle
from tests.chaos.harm import plan
from tests.stories.conftest import Enter, Running

NEXT_LIFE_S = 30.0


@pytest.fixture
def lives(tmp_path: Path) -> Iterator[list[Running]]:
    """The one that runs now; whoever stops it takes it out."""
    running = [Running(tmp_path)]
    yield running
    for each in running:
        each.stop()


@pytest.fixture
def cluster(lives: list[Running]) -> Running:
    """Its people know where its next life will be."""
    (running,) = lives
    running.urls.append(f"http://127.0.0.1:{Ports().free()}")
    return running


async def test_the_talk_goes_on_in_its_next_life(
    cluster: Running, circle: Circle, lives: list[Running], enter: Enter
) -> None:
    async with circle.talking():
        await circle.until_said(20, 10.0)
        pids = [plan(cluster)["pid"], *(process["pid"] for process in plan(cluster)["processes"].values())]
        os.kill(cluster.pid("messenger-1"), signal.SIGKILL)  # about to be started again
        assert await asyncio.to_thread(lives.pop().stop) == 0
        assert [pid for pid in pids if _lives(pid)] == []
        assert _bearing_its_mark(cluster) == []
        next_port = cluster.urls[1].rpartition(":")[2]
        lives.append(await asyncio.to_thread(Running, cluster.data_dir, PORT=next_port))
        await circle.until_said(20, NEXT_LIFE_S)
    await enter("jonas", first_gateway=1)


def _lives(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def _bearing_its_mark(cluster: Running) -> list[str]:
    """The commands of all its processes, those too that were started again unseen; only Redis wipes out the mark."""
    mark = os.fsencode(f"DATA_DIR={cluster.data_dir}")
    return [
        (process / "cmdline").read_text().replace("\0", " ")
        for process in Path("/proc").glob("[0-9]*")
        if mark in _environ(process)
    ]


def _environ(process: Path) -> list[bytes]:
    try:
        return (process / "environ").read_bytes().split(b"\0")
    except OSError:  # it ended, or is not ours to look into
        return []
