"""Programs that we run to their end, and how those we start end with us. Standard library only: the set-up uses it."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
GIVE_UP_S = 5.0
"""Told to give up, pip undoes what it was doing; then it is killed."""

_running: set[subprocess.Popen[bytes]] = set()


def run(
    command: Sequence[str],
    keep_open: tuple[int, ...] = (),
    *,
    folder: Path | None = None,
    env: Mapping[str, str] | None = None,
    output: IO[bytes] | None = None,
) -> int:
    """Its status. In a process group of its own, which is ended before an exception (a signal's too) leaves this call.

    The child has the files of `keep_open`: a lock on one is held until both of us are gone. `output` gets all it says.
    """
    child = subprocess.Popen(
        command,
        start_new_session=True,
        preexec_fn=die_with(os.getpid()),
        pass_fds=keep_open,
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
    )
    _running.add(child)
    try:
        return child.wait()
    except BaseException:
        _end(child)
        raise
    finally:
        _running.discard(child)


def end_all() -> None:
    """Ends what other threads are in the middle of running: their `run` returns soon."""
    for child in tuple(_running):
        _end(child)


def exit_on_signals() -> None:
    """SIGTERM and SIGHUP become exceptions, and so does SIGINT also where a shell that put us into the background has it
    ignored."""

    def leave(number: int, _: object) -> None:
        sys.exit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def die_with(parent: int) -> Callable[[], None] | None:
    """For `preexec_fn`: on Linux the kernel kills the child with its parent, however that ends."""
    if LIBC is None:
        return None
    prctl = LIBC.prctl

    def in_child() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return in_child


def _end(child: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(GIVE_UP_S)
        os.killpg(child.pid, signal.SIGKILL)  # also those it left behind
    child.wait()
