"""Which pip to call. Standard library only: the set-up runs before anything is installed.

Debian's python3 may come without python3-venv, so `.venv` never has a pip of its own unless there is no other: the pip
of the Python that made it installs into it.
"""

import functools
import re
import subprocess
import sys
from pathlib import Path

from deploy.local.errors import CannotStart

OLDEST = (22, 3)  # the first pip with --python
MISSING = (
    "Parley needs pip 22.3 or newer, or Python's ensurepip, to install its packages: "
    "install one (Debian: apt install python3-pip) and try again."
)


def pip_for(python: Path) -> list[str]:
    """The command that installs into `python`'s environment; raises CannotStart where there is no pip at all."""
    if (own_pip := _version(str(python))) and own_pip >= OLDEST:
        return [str(python), "-m", "pip"]
    if (_version(_outer_python()) or (0, 0)) >= OLDEST:
        return [_outer_python(), "-m", "pip", "--python", str(python)]
    raise CannotStart(MISSING)


def has_outer_pip() -> bool:
    """Whether the Python outside any virtual environment has a pip that can install into another environment."""
    return (_version(_outer_python()) or (0, 0)) >= OLDEST


def _outer_python() -> str:
    return str(getattr(sys, "_base_executable", sys.executable))


@functools.cache
def _version(python: str) -> tuple[int, int] | None:
    asked = subprocess.run([python, "-m", "pip", "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"pip (\d+)\.(\d+)", asked.stdout)
    return (int(found[1]), int(found[2])) if found else None
