"""kustomize, which renders `k8s/`: the machine's own, its kubectl's, or Debian's package under `.tools/`.

Debian's package is that of trixie, which runs on bookworm as well; bookworm's own kubectl is too old for components.
`python -m scripts.kustomize` says what was found.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.debian import NotHad, unpacked

WITH_COMPONENTS = (4, 4, 0)
"""Of kustomize; kubectl has its own version of it from 1.21 on."""
SUITE = "trixie"
MISSING = "there is no kustomize from 4.4 on, no kubectl from 1.21 on, and none could be had from Debian"


class NoKustomize(Exception):
    """Says why."""


def kustomize() -> tuple[str, ...]:
    """The command that a folder is given to. Raises NoKustomize."""
    for command in (("kustomize", "build"), ("kubectl", "kustomize")):
        if shutil.which(command[0]) and _is_new(command[0]):
            return command
    try:
        return (str(unpacked("kustomize", "usr/bin/kustomize", SUITE)), "build")
    except NotHad as fault:
        raise NoKustomize(f"{MISSING}: {fault}") from None


def render(folder: Path) -> str:
    """All documents of it as YAML. Raises CalledProcessError, with what kustomize said in `stderr`."""
    done = subprocess.run([*kustomize(), str(folder)], capture_output=True, text=True, check=True, timeout=60)
    return done.stdout


def _is_new(program: str) -> bool:
    words = ("version", "--client") if Path(program).name == "kubectl" else ("version",)
    said = subprocess.run([program, *words], capture_output=True, text=True, check=False, timeout=20).stdout
    found = re.search(r"(?:Kustomize Version: |^)v?(\d+)\.(\d+)\.(\d+)", said, re.MULTILINE)
    return found is not None and tuple(map(int, found.groups())) >= WITH_COMPONENTS


if __name__ == "__main__":
    try:
        print(*kustomize())
    except NoKustomize as fault:
        sys.exit(f"kustomize: {fault}")
