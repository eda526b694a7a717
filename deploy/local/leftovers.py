"""Ends what a killed supervisor of the same DATA_DIR left behind."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from deploy.local.data_dir import DataDir

END_WAIT_S = 10.0


def end_leftovers(data_dir: DataDir, say: Callable[[str], None]) -> None:
    """Kills processes whose pid is in `run/` and who carry our marks in their environment; nobody else's, ever."""
    for pid_file in sorted(data_dir.run.glob("*.pid")):
        pid = _pid(pid_file)
        if pid and _is_ours(pid, data_dir, pid_file.stem):
            say(f"{pid_file.stem} (process {pid}) was left behind by a killed cluster: ending it")
            os.kill(pid, signal.SIGKILL)
            _wait_for_end(pid)
        pid_file.unlink(missing_ok=True)


def _pid(pid_file: Path) -> int | None:
    text = pid_file.read_text(encoding="utf-8").strip()
    return int(text) if text.isdecimal() else None


def _is_ours(pid: int, data_dir: DataDir, name: str) -> bool:
    try:
        environ = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False
    marks = (f"DATA_DIR={data_dir.root}", f"PARLEY_INSTANCE={name}")
    return all(os.fsencode(mark) in environ for mark in marks)


def _wait_for_end(pid: int) -> None:
    until = time.monotonic() + END_WAIT_S
    while Path(f"/proc/{pid}").exists() and time.monotonic() < until:
        time.sleep(0.02)
