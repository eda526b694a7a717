"""The set-up of a fresh machine, ended in the middle of it."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.process import ROOT
from tests.services.deploy.terminal import left_running, until

pytestmark = pytest.mark.timeout(120)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_ended_by_a_signal_it_leaves_no_pip_in_the_environment(tmp_path: Path, number: signal.Signals) -> None:
    """SIGTERM left pip installing, with the lock free for the next set-up."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "run.txt").write_text(f"nothing==1 --hash=sha256:{'0' * 64}\n")
    output = tmp_path / "output"
    with socket.create_server(("127.0.0.1", 0)) as index, output.open("w") as file:  # an index that never answers
        index.settimeout(60)
        where = {"PIP_INDEX_URL": f"http://127.0.0.1:{index.getsockname()[1]}/", "PIP_CONFIG_FILE": os.devnull}
        set_up = subprocess.Popen(
            [sys.executable, "-m", "deploy.local.set_up", ".venv", "run"],
            cwd=tmp_path,
            env={**os.environ, **where, "PYTHONPATH": str(ROOT), "DATA_DIR": str(tmp_path)},
            stdout=file,
            stderr=file,
        )
        asked, _ = index.accept()
        with asked:
            assert [line.split()[1] for line in output.read_text().splitlines()[:2]] == ["making", "installing"]
            set_up.send_signal(number)
            assert set_up.wait(timeout=30) == 128 + number, output.read_text()
            assert not left_running(tmp_path)
    with (tmp_path / ".venv.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_the_lock_is_held_while_what_it_runs_lives(tmp_path: Path) -> None:
    """Also where the set-up itself was killed."""
    code = "from deploy.local.child import run; import sys; run(['sleep', '60'], keep_open=(int(sys.argv[1]),))"
    with (tmp_path / "lock").open("w") as ours, (tmp_path / "lock").open("w") as next_one:
        fcntl.flock(ours, fcntl.LOCK_EX)
        environ = {**os.environ, "DATA_DIR": str(tmp_path)}
        command = [sys.executable, "-c", code, str(ours.fileno())]
        holder = subprocess.Popen(command, cwd=ROOT, env=environ, pass_fds=(ours.fileno(),))
        until(lambda: any("sleep 60" in command for command in left_running(tmp_path)))
        ours.close()
        with pytest.raises(BlockingIOError):
            fcntl.flock(next_one, fcntl.LOCK_EX | fcntl.LOCK_NB)
        holder.kill()
        holder.wait()
        until(lambda: not left_running(tmp_path))
        fcntl.flock(next_one, fcntl.LOCK_EX | fcntl.LOCK_NB)
