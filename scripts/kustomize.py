"""kustomize, which renders `k8s/`: the machine's own, its kubectl's, or Debian's package under `.tools/`.

Debian's package is that of trixie, which runs on bookworm as well; bookworm's own kubectl is too old for components. It is
unpacked, not installed: no root, and nothing of the machine changes. `python -m scripts.kustomize` says what was found.
"""

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
UNPACKED = ROOT / ".tools" / "kustomize"
WITH_COMPONENTS = (4, 4, 0)
"""Of kustomize; kubectl has its own version of it from 1.21 on."""
SUITE = "trixie"
SOURCES = Path("/etc/apt/sources.list.d/debian.sources"), Path("/etc/apt/sources.list")
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
MISSING = "there is no kustomize from 4.4 on, no kubectl from 1.21 on, and none could be had from Debian"


class NoKustomize(Exception):
    """Says why."""


def kustomize() -> tuple[str, ...]:
    """The command that a folder is given to. Raises NoKustomize."""
    for command in (("kustomize", "build"), ("kubectl", "kustomize"), (str(UNPACKED), "build")):
        if shutil.which(command[0]) and _is_new(command[0]):
            return command
    _fetch()
    return (str(UNPACKED), "build")


def render(folder: Path) -> str:
    """All documents of it as YAML. Raises CalledProcessError, with what kustomize said in `stderr`."""
    done = subprocess.run([*kustomize(), str(folder)], capture_output=True, text=True, check=True, timeout=60)
    return done.stdout


def _is_new(program: str) -> bool:
    words = ("version", "--client") if Path(program).name == "kubectl" else ("version",)
    said = subprocess.run([program, *words], capture_output=True, text=True, check=False, timeout=20).stdout
    found = re.search(r"(?:Kustomize Version: |^)v?(\d+)\.(\d+)\.(\d+)", said, re.MULTILINE)
    return found is not None and tuple(map(int, found.groups())) >= WITH_COMPONENTS


def _fetch() -> None:
    """Several at once wait for each other."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise NoKustomize(MISSING)
    UNPACKED.parent.mkdir(exist_ok=True)
    with (UNPACKED.parent / "lock").open("w") as alone, tempfile.TemporaryDirectory() as folder:
        fcntl.flock(alone, fcntl.LOCK_EX)
        if UNPACKED.exists():
            return
        _download(Path(folder))
        package = next(Path(folder).glob("kustomize_*.deb"))
        _run(["dpkg-deb", "--extract", str(package), f"{folder}/unpacked"])
        draft = UNPACKED.with_suffix(".draft")
        shutil.copy(Path(folder, "unpacked/usr/bin/kustomize"), draft)
        os.replace(draft, UNPACKED)


def _download(folder: Path) -> None:
    """With lists, caches and sources of its own: the machine's apt is only asked where it has Debian from."""
    (folder / "debian.sources").write_text(
        f"Types: deb\nURIs: {_mirror()}\nSuites: {SUITE}\nComponents: main\nSigned-By: {KEYRING}\n"
    )
    for part in ("state/lists/partial", "cache/archives/partial"):
        (folder / part).mkdir(parents=True)
    own = {
        "Dir::State": folder / "state",
        "Dir::Cache": folder / "cache",
        "Dir::Etc::SourceList": folder / "debian.sources",
        "Dir::Etc::SourceParts": "/dev/null",
        "APT::Sandbox::User": "root",
    }
    apt = ["apt-get", "-qq", *(word for name, value in own.items() for word in ("-o", f"{name}={value}"))]
    _run([*apt, "update"])
    _run([*apt, "download", "kustomize"], folder)


def _mirror() -> str:
    for path in SOURCES:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        found = re.search(r"^(?:URIs:|deb)\s+(?:\[[^]]*\]\s+)?(\S+/debian)/?\s*", text, re.MULTILINE)
        if found:
            return found[1]
    raise NoKustomize(MISSING)


def _run(command: list[str], folder: Path | None = None) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=200)
    if done.returncode:
        raise NoKustomize(f"{MISSING}: {(done.stderr.strip() or done.stdout.strip())[-200:]}")


if __name__ == "__main__":
    try:
        print(*kustomize())
    except NoKustomize as fault:
        sys.exit(f"kustomize: {fault}")
