"""Makes `.venv` and installs one hashed lock into it: `python3 -m deploy.local.set_up <folder> run|dev`.

Standard library only, because it runs with the machine's own Python. Safe to repeat and to run twice at once: a second
one waits for the first. A signal ends what it runs, then itself. Code 2 and one sentence where the machine lacks something.
"""

import fcntl
import hashlib
import importlib.util
import subprocess
import sys
from pathlib import Path

from deploy.local import entry_points
from deploy.local.child import exit_on_signals, run
from deploy.local.errors import CannotStart
from deploy.local.pip import MISSING, has_outer_pip, pip_for

LOCKS = {"run": ("run",), "dev": ("run", "dev")}


def set_up(folder: Path, wanted: str) -> None:
    """After this, `folder`/bin/python has exactly the pinned versions of the `wanted` lock, and `parley` is beside it."""
    python = folder / "bin" / "python"
    if _is_done(folder, wanted) and _runs(python):
        entry_points.install(folder)
        return
    with _alone(folder) as lock:
        if not _runs(python):
            _say(f"making {folder} with Python {sys.version.split()[0]}")
            _make_environment(folder, lock)
        locks = [Path("requirements") / f"{name}.txt" for name in LOCKS[wanted]]
        _say(f"installing {' and '.join(map(str, locks))} (a minute or two)")
        files = [part for lock in locks for part in ("-r", str(lock))]
        install = [*pip_for(python), "install", "--require-hashes", "--no-deps", "--disable-pip-version-check", *files]
        if run(install, keep_open=(lock,)):
            raise CannotStart(f"The packages of {' and '.join(map(str, locks))} could not be installed: see above.")
        for done in {"run", wanted}:
            _stamp(folder, done).write_text(_content(done), encoding="utf-8")
        entry_points.install(folder)


def _is_done(folder: Path, wanted: str) -> bool:
    stamp = _stamp(folder, wanted)
    return stamp.exists() and stamp.read_text(encoding="utf-8") == _content(wanted)


def _stamp(folder: Path, wanted: str) -> Path:
    return folder / f"{wanted}.installed"


def _content(wanted: str) -> str:
    """What the stamp of a finished installation says: the locks it came from."""
    locks = (Path("requirements") / f"{name}.txt" for name in LOCKS[wanted])
    return hashlib.sha256(b"".join(lock.read_bytes() for lock in locks)).hexdigest()


def _make_environment(folder: Path, lock: int) -> None:
    if not has_outer_pip() and importlib.util.find_spec("ensurepip") is None:
        raise CannotStart(MISSING)
    without = ["--without-pip"] if has_outer_pip() else []
    if run([sys.executable, "-m", "venv", "--clear", *without, str(folder)], keep_open=(lock,)):
        raise CannotStart(f"Python could not make the virtual environment {folder}: see above.")


def _runs(python: Path) -> bool:
    probe = "import sys; sys.exit(sys.version_info < (3, 11))"
    return python.exists() and subprocess.run([python, "-c", probe], check=False).returncode == 0


class _alone:
    """Held while one set-up works on `folder`; the next waits. The lock lies beside the folder, which --clear empties."""

    def __init__(self, folder: Path) -> None:
        self._path = folder.with_name(f"{folder.name}.lock")

    def __enter__(self) -> int:
        try:
            self._file = self._path.open("w")
        except OSError as error:
            raise CannotStart(
                f"{self._path} cannot be written ({error.strerror}): work in a checkout of your own."
            ) from None
        fcntl.flock(self._file, fcntl.LOCK_EX)
        return self._file.fileno()

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _say(line: str) -> None:
    print(f"set-up: {line}", flush=True)


if __name__ == "__main__":
    exit_on_signals()
    try:
        set_up(Path(sys.argv[1]), sys.argv[2])
    except CannotStart as refusal:
        print(refusal, file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        _say("broken off; the next time it goes on from here")
        sys.exit(130)
