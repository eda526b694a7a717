"""Programs out of Debian's packages, under `.tools/`: unpacked, not installed, so that no root is needed and nothing of the
machine changes."""

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

TOOLS = Path(__file__).parents[1] / ".tools"
SOURCES = Path("/etc/apt/sources.list.d/debian.sources"), Path("/etc/apt/sources.list")
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


class NotHad(Exception):
    """Says why."""


def unpacked(package: str, member: str, suite: str) -> Path:
    """The program that is `member` of the package in that suite, fetched where it is not here yet; several at once wait for each
    other. Raises NotHad."""
    program = TOOLS / Path(member).name
    if program.exists():
        return program
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise NotHad("this is no Debian")
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "lock").open("w") as alone, tempfile.TemporaryDirectory() as folder:
        fcntl.flock(alone, fcntl.LOCK_EX)
        if not program.exists():
            _download(package, suite, Path(folder))
            found = next(Path(folder).glob(f"{package}_*.deb"))
            _run(["dpkg-deb", "--extract", str(found), f"{folder}/unpacked"])
            draft = program.with_suffix(".draft")
            shutil.copy(Path(folder, "unpacked", member), draft)
            os.replace(draft, program)
    return program


def _download(package: str, suite: str, folder: Path) -> None:
    """With lists, caches and sources of its own: the machine's apt is only asked where it has Debian from."""
    (folder / "debian.sources").write_text(
        f"Types: deb\nURIs: {_mirror()}\nSuites: {suite}\nComponents: main\nSigned-By: {KEYRING}\n"
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
    _run([*apt, "download", package], folder)


def _mirror() -> str:
    for path in SOURCES:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        found = re.search(r"^(?:URIs:|deb)\s+(?:\[[^]]*\]\s+)?(\S+/debian)/?\s*", text, re.MULTILINE)
        if found:
            return found[1]
    raise NotHad("where this machine has Debian from is not known")


def _run(command: list[str], folder: Path | None = None) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=200)
    if done.returncode:
        raise NotHad((done.stderr.strip() or done.stdout.strip())[-200:])
