"""The cluster is found where its supervisor wrote it down, and what is killed is one gateway and one messenger."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.replay.cluster import Cluster, ClusterMissing, find_cluster


@pytest.fixture
def run(tmp_path: Path) -> Path:
    (tmp_path / "run").mkdir()
    return tmp_path / "run"


@pytest.fixture
def processes(run: Path) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    names = ("gateway-1", "gateway-2", "messenger-1", "auth-1")
    started = {name: subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) for name in names}
    for name, process in started.items():
        (run / f"{name}.pid").write_text(str(process.pid))
    yield started
    for process in started.values():
        process.kill()
        process.communicate()


def test_gateways_are_those_of_the_file(run: Path) -> None:
    (run / "cluster.json").write_text(json.dumps({"gateways": ["http://127.0.0.1:1", "http://127.0.0.1:2"]}))
    assert find_cluster(run.parent).gateways == ["http://127.0.0.1:1", "http://127.0.0.1:2"]


def test_without_the_file_there_is_one_on_the_port(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8123")
    assert find_cluster(run.parent).gateways == ["http://127.0.0.1:8123"]


def test_without_both_there_is_none(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORT", raising=False)
    with pytest.raises(ClusterMissing, match="make run"):
        find_cluster(run.parent)


def test_kills_one_of_each(run: Path, processes: dict[str, subprocess.Popen[bytes]]) -> None:
    killed = Cluster([], run).kill(random.Random(1))
    assert [name.split("-")[0] for name in killed] == ["gateway", "messenger"]
    assert {processes[name].wait(timeout=10) for name in killed} == {-signal.SIGKILL}
    assert {process.poll() for name, process in processes.items() if name not in killed} == {None}


def test_the_same_seed_kills_the_same(run: Path, processes: dict[str, subprocess.Popen[bytes]]) -> None:
    killed = [Cluster([], run).kill(random.Random(7)) for _ in range(2)]
    assert killed[0] == killed[1]


def test_nothing_to_kill_is_said(run: Path) -> None:
    with pytest.raises(ClusterMissing, match="gateway"):
        Cluster([], run).kill(random.Random(1))
