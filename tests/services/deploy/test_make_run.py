"""The one command: it says when it is ready, heals, refuses in one sentence, and leaves nothing behind."""

import os
import random
import re
import shutil
import signal
import socket
import time
import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import bcrypt
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from pymongo import MongoClient

from deploy.local.cluster import Cluster
from deploy.local.data_dir import LOG_BYTES_MAX
from deploy.local.demo import PASSWORD
from deploy.local.options import Options
from deploy.local.ports import Ports
from tests.kit.ports import neighbours
from tests.services.deploy.terminal import Terminal, left_running, until
from tests.unit.auth.test_license import pem

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def port() -> int:
    """Two more follow it."""
    return neighbours(3)


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "data"
    assert not left_running(tmp_path / "data")


def test_two_of_everything_become_ready_and_stop_cleanly(data_dir: Path, port: int) -> None:
    started_at = time.monotonic()
    with Terminal(data_dir, PORT=port, GATEWAYS=2, REPLICAS=2) as terminal:
        terminal.until_ready()
        assert time.monotonic() - started_at < 20  # one of each takes less than ten, also on a busy machine
        until(lambda: len(terminal.ready) == 2)
        assert terminal.ready == [f"ready http://127.0.0.1:{port}", f"ready http://127.0.0.1:{port + 1}"]
        names = {f"{part}-{n}" for part in ("auth", "messenger", "presence", "notifier", "gateway") for n in (1, 2)}
        assert set(terminal.described["processes"]) == names | {"nats", "mongo", "redis"}
        for name, process in terminal.described["processes"].items():
            assert process["pid"] == terminal.pid(name)
            assert (data_dir / "log" / f"{name}.log").exists()
            if process["ops_port"]:
                assert urllib.request.urlopen(f"http://127.0.0.1:{process['ops_port']}/readyz").status == 200
        assert terminal.stop(signal.SIGTERM) == 0
        assert not left_running(data_dir)
        assert not list((data_dir / "run").glob("*.pid"))


def test_what_is_killed_is_started_again(data_dir: Path, port: int) -> None:
    with Terminal(data_dir, PORT=port) as terminal:
        terminal.until_ready()
        names = ("messenger-1", "gateway-1", "nats", "mongo", "redis")
        killed = {name: terminal.pid(name) for name in names}
        for pid in killed.values():
            os.kill(pid, signal.SIGKILL)
        for name, pid in killed.items():
            until(partial(_is_back, terminal, name, pid))
            assert f"{name} ended with signal SIGKILL: started again in 1 s" in terminal.lines
        assert terminal.stop() == 0


def test_it_heals_and_stops_where_no_log_can_be_written(data_dir: Path, port: int) -> None:
    """Its keeper died of the first line that could not be written, and Ctrl-C was heard no more."""
    with Terminal(data_dir, PORT=port) as terminal:
        terminal.until_ready()
        for log in ("cluster", "notifier-1"):
            (data_dir / "log" / f"{log}.log").unlink()
            (data_dir / "log" / f"{log}.log").symlink_to("/dev/full")
        killed = terminal.pid("notifier-1")
        os.kill(killed, signal.SIGKILL)
        until(partial(_is_back, terminal, "notifier-1", killed))
        until(partial(_is_gone, data_dir / "log"))
        assert terminal.stop() == 0


def test_data_survives_when_all_ports_are_others(tmp_path: Path, port: int) -> None:
    data_dir = tmp_path / 'Zoë\'s "data" 東京'
    for start in (1, 2):
        with Terminal(data_dir, PORT=port + start, NATS_PORT=Ports().free()) as terminal:
            terminal.until_ready()
            mongo_port = terminal.described["processes"]["mongo"]["port"]
            with MongoClient[dict[str, Any]]("127.0.0.1", mongo_port, directConnection=True) as client:
                client["kept"]["kept"].insert_one({})
                assert client["kept"]["kept"].count_documents({}) == start
            assert terminal.stop() == 0
    assert not left_running(data_dir)


def test_what_people_changed_or_deleted_is_theirs(data_dir: Path, port: int) -> None:
    """Once the group Floor was deleted the cluster never started again: the demo people "could not be made"."""
    with Terminal(data_dir, PORT=port) as terminal:
        terminal.until_ready()
        token = terminal.ask("POST", "/auth/login", {"login": "admin", "password": PASSWORD})["access_token"]
        (floor,) = terminal.ask("GET", "/conversations", token=token)["conversations"]
        terminal.ask("DELETE", f"/groups/{floor['conversation_id']}", token=token)
        mongo_port = terminal.described["processes"]["mongo"]["port"]
        with MongoClient[dict[str, Any]]("127.0.0.1", mongo_port, directConnection=True) as client:
            people = client["parley"]["users"]
            assert people.update_one({"login": "elena"}, {"$set": {"disabled": True}}).modified_count
            assert people.update_one({"login": "marco"}, {"$set": {"login": "m", "login_key": "m"}}).modified_count
            changed = bcrypt.hashpw(b"A-new-one-2026", bcrypt.gensalt(4))
            assert people.update_one({"login": "admin"}, {"$set": {"password_hash": changed}}).modified_count
        assert terminal.stop() == 0
    with Terminal(data_dir, PORT=port) as terminal:
        terminal.until_ready()
        token = terminal.ask("POST", "/auth/login", {"login": "admin", "password": "A-new-one-2026"})["access_token"]
        assert not terminal.ask("GET", "/conversations", token=token)["conversations"]
        assert "marco" not in {user["login"] for user in terminal.ask("GET", "/users", token=token)["users"]}
        assert terminal.stop() == 0


def test_a_licence_without_a_seat_for_all_demo_people_is_no_reason_not_to_start(data_dir: Path, port: int) -> None:
    """The operator made it so: one line says it, and whoever has a seat is there."""
    license_file, key_file = data_dir.with_name("license"), data_dir.with_name("license.pub")
    license_file.write_text("none")
    key_file.write_text(pem(ed25519.Ed25519PrivateKey.generate()))
    chosen = {"PARLEY_LICENSE_FILE": license_file, "PARLEY_LICENSE_PUBLIC_KEY_FILE": key_file}
    with Terminal(data_dir, PORT=port, **chosen) as terminal:
        terminal.until_ready()
        assert len([line for line in terminal.lines if "not all of the demo people are here: The licence" in line]) == 1
        assert terminal.stop() == 0


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_left_whenever_it_is_stopped(data_dir: Path, port: int, seed: int) -> None:
    moment_s = random.Random(seed).uniform(0, 6)
    with Terminal(data_dir, PORT=port) as terminal:
        time.sleep(moment_s)
        status = terminal.stop(signal.SIGTERM)
        assert status in (0, -signal.SIGTERM), (moment_s, terminal.lines)  # by the signal: before anything was started
        assert not left_running(data_dir), moment_s


def test_a_log_does_not_grow_without_end_while_the_cluster_runs(data_dir: Path, port: int) -> None:
    with Terminal(data_dir, PORT=port) as terminal:
        terminal.until_ready()
        log = data_dir / "log" / "gateway-1.log"
        with log.open("ab") as file:
            file.write(b"x" * (LOG_BYTES_MAX + 1))
        until(lambda: log.stat().st_size < LOG_BYTES_MAX < log.with_suffix(".log.1").stat().st_size)
        assert terminal.stop() == 0


def test_a_port_lost_during_the_start_is_one_sentence(data_dir: Path, port: int) -> None:
    """The gateway tried to have it for two minutes, without a sentence."""
    with Terminal(data_dir, PORT=port) as terminal:
        until(lambda: any(line.startswith("redis: ") for line in terminal.lines))
        with socket.create_server(("127.0.0.1", port)):
            assert terminal.popen.wait(timeout=30) == 2
        assert terminal.lines[-1].startswith(f"gateway-1 cannot start: another program took port {port} meanwhile")


async def test_nats_moves_on_where_its_usual_port_is_lost_during_the_start(
    data_dir: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two clusters that started at once, one had no NATS."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        monkeypatch.setattr(Ports, "from_on", lambda *_: other.getsockname()[1])
        async with Cluster(Options(data_dir, port=port), say=lambda _: None) as cluster:
            assert cluster.servers["nats"].port != other.getsockname()[1]


def test_a_setting_that_a_service_refuses_is_one_sentence(data_dir: Path, port: int) -> None:
    with Terminal(data_dir, PORT=port, PARLEY_BCRYPT_COST="abc") as terminal:
        assert terminal.popen.wait(timeout=30) == 2
        assert terminal.lines[-1].startswith("auth-1 cannot start: Settings: PARLEY_BCRYPT_COST: ")
        assert not [line for line in terminal.lines if "again" in line]


def test_a_killed_supervisor_takes_all_with_it_and_the_next_start_works(data_dir: Path, port: int) -> None:
    with Terminal(data_dir, PORT=port) as terminal:
        terminal.until_ready()
        terminal.popen.kill()
        until(lambda: not left_running(data_dir))
    with Terminal(data_dir, PORT=port) as terminal:
        assert terminal.until_ready().stop() == 0


def test_a_second_cluster_is_refused_while_one_runs_and_waits_while_it_stops(data_dir: Path, port: int) -> None:
    with Terminal(data_dir, PORT=port) as first:
        first.until_ready()
        with Terminal(data_dir, PORT=port + 1) as refused:
            assert refused.popen.wait(timeout=10) == 2
            assert re.fullmatch(r"Another cluster \(process \d+\) runs on DATA_DIR .*", "\n".join(refused.lines))
        first.popen.send_signal(signal.SIGTERM)
        with Terminal(data_dir, PORT=port) as next_one:
            next_one.until_ready()
            assert first.popen.wait(timeout=5) == 0
            assert next_one.stop() == 0


@pytest.mark.parametrize("setting", ["PORT", "NATS_PORT"])
def test_a_taken_port_is_one_sentence(data_dir: Path, port: int, setting: str) -> None:
    with socket.create_server(("127.0.0.1", port)), Terminal(data_dir, **{setting: port}) as terminal:
        assert terminal.popen.wait(timeout=30) == 2
        assert f"Port {port} cannot be used (it is taken): free it or choose another {setting}." in terminal.lines


@pytest.mark.parametrize(
    ("setting", "value"), [("PORT", "http"), ("GATEWAYS", "0"), ("REPLICAS", "-2"), ("DATA_DIR", "/proc/nowhere")]
)
def test_a_bad_setting_is_one_sentence(data_dir: Path, setting: str, value: str) -> None:
    with Terminal(data_dir, **{setting: value}) as terminal:
        assert terminal.popen.wait(timeout=30) == 2
        assert len(terminal.lines) == 1
        assert setting in terminal.lines[0]


def _is_back(terminal: Terminal, name: str, killed: int) -> bool:
    try:
        return terminal.pid(name) != killed
    except FileNotFoundError:  # between its end and its new start
        return False


def _is_gone(folder: Path) -> bool:
    """Somebody may be making a file in it."""
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()
