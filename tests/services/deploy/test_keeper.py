"""A process that dies is started again, and none outlives its keeper."""

import os
import signal
import socket
import sys
import time
from pathlib import Path

import pytest

from deploy.local.data_dir import DataDir
from deploy.local.errors import CannotStart
from deploy.local.keeper import Keeper
from deploy.local.ports import Ports, _members
from deploy.local.process import Process, Program
from tests.kit.waiting import eventually
from tests.services.deploy.terminal import left_running

pytestmark = pytest.mark.asyncio


def keeper_of(data_dir: Path, code: str, said: list[str], *, port: int | None = None) -> Keeper:
    async def usable() -> bool:
        return port is None

    program = Program("auth-1", (sys.executable, "-c", code), usable, port=port)
    return Keeper(Process(program, DataDir(data_dir)), said.append, lambda: None)


async def test_a_killed_process_is_back_after_a_second_and_everyone_hears_of_it(tmp_path: Path) -> None:
    said: list[str] = []
    keeper = keeper_of(tmp_path, "import time; time.sleep(60)", said)
    keeper.start()
    first, killed_at = keeper.process.pid, time.monotonic()
    keeper.process.kill()
    await eventually(lambda: keeper.process.pid not in (None, first))
    assert 1.0 <= time.monotonic() - killed_at < 2.0
    assert said[0] == "auth-1 ended with signal SIGKILL: started again in 1 s"
    assert "signal SIGKILL" in (tmp_path / "log" / "auth-1.log").read_text()
    assert (tmp_path / "run" / "auth-1.pid").read_text() == f"{keeper.process.pid}\n"
    await keeper.stop(5)
    assert not left_running(tmp_path)


async def test_the_wait_grows_in_a_crash_loop(tmp_path: Path) -> None:
    said: list[str] = []
    keeper = keeper_of(tmp_path, "import sys; sys.exit(3)", said)
    keeper.start()
    await eventually(lambda: len([line for line in said if "ended" in line]) >= 3)
    await keeper.stop(5)
    ends = [line for line in said if "ended" in line]
    assert ends == [f"auth-1 ended with status 3: started again in {wait_s} s" for wait_s in (1, 2, 4)]


async def test_one_that_refuses_to_start_is_not_started_again_and_its_reason_is_told(tmp_path: Path) -> None:
    """A bad setting of a service kept it restarting for two minutes, without a sentence."""
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "auth-1.log").write_text("Of another day.\n")
    said: list[str] = []
    keeper = keeper_of(tmp_path, "import sys; print('COST is bad.'); sys.exit(2)", said, port=9)
    keeper.start()
    with pytest.raises(CannotStart, match=r"^auth-1 cannot start: COST is bad\.$"):
        await keeper.until_usable(10)
    await keeper.stop(5)
    assert not said


async def test_a_port_that_another_program_took_meanwhile_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        keeper = keeper_of(tmp_path, "import time; time.sleep(60)", [], port=port)
        keeper.start()
        with pytest.raises(CannotStart, match=f"^auth-1 cannot start: another program took port {port} meanwhile"):
            await keeper.until_usable(10)
        await keeper.stop(5)


async def test_a_port_that_is_its_own_is_not_lost(tmp_path: Path) -> None:
    port = Ports().free()
    listens = f"import socket, time; s = socket.create_server(('127.0.0.1', {port})); time.sleep(60)"
    wrapper = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {listens!r}])"
    keeper = keeper_of(tmp_path, wrapper, [], port=port)
    keeper.start()
    with pytest.raises(TimeoutError):
        await keeper.until_usable(2)
    for pid in _members(keeper.process.pid):
        os.kill(pid, signal.SIGKILL)
    await keeper.stop(5)


async def test_one_that_ignores_sigterm_is_killed_and_one_that_is_paused_is_woken(tmp_path: Path) -> None:
    deaf = keeper_of(
        tmp_path, "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(60)", []
    )
    deaf.start()
    await eventually(lambda: (tmp_path / "log" / "auth-1.log").stat().st_size)
    deaf.process.signal(signal.SIGSTOP)
    await deaf.stop(0.3)
    assert deaf.process.status == -signal.SIGKILL
    assert not left_running(tmp_path)
