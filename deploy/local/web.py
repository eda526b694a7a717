"""The page, built from `web/` into `web/page/dist` when its sources are not those it was built from.

Its packages are installed when their lock is another. Several at once wait for each other. `python -m deploy.local.web`
builds it; with words it has npm do these in `web/`, once the packages are there: `python -m deploy.local.web run check`.
"""

import fcntl
import hashlib
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from deploy.local.binaries import ROOT
from deploy.local.child import exit_on_signals, run
from deploy.local.errors import CannotStart
from deploy.local.node import node, npm, with_node

WEB = ROOT / "web"
DIST = WEB / "page" / "dist"
INDEX = DIST / "index.html"
BUILT_FROM = ".sources"
"""In `dist`: the digest of what it was built from."""
INSTALLED_FROM = ".lock"
"""In `node_modules`: the digest of what was installed."""
NO_SOURCES = ("node_modules", "dist", "dist.draft", "test")
PATIENCE = ("--fetch-timeout=30000", "--fetch-retries=1")
"""A registry that does not answer keeps nobody waiting for minutes."""
SAID_MAX = 4_000
Say = Callable[[str], None]


def build(say: Say) -> None:
    """After this `dist` is what the sources say. Raises CannotStart, with what npm or Vite said; what was built before stays."""
    if _is_built(_sources()):
        return
    with _alone() as lock:
        sources = _sources()
        if _is_built(sources):  # by whom we waited for
            return
        _install(say, lock)
        say("set-up: building the page")
        draft = DIST.with_name(f"{DIST.name}.draft")
        shutil.rmtree(draft, ignore_errors=True)
        vite = str(WEB / "node_modules" / "vite" / "bin" / "vite.js")
        command = (str(node().path), vite, "build", "--outDir", draft.name, "--logLevel", "warn")
        _run(command, DIST.parent, lock, "The page could not be built", "mend web/page")
        (draft / BUILT_FROM).write_text(sources, encoding="utf-8")
        shutil.rmtree(DIST, ignore_errors=True)
        draft.rename(DIST)


def install(say: Say) -> None:
    """After this `node_modules` is what the lock says. Raises CannotStart."""
    if not _is_installed():
        with _alone() as lock:
            _install(say, lock)


def _install(say: Say, lock: int) -> None:
    if _is_installed():
        return
    say("set-up: installing the page's packages, web/package-lock.json (a minute)")
    command = (*npm(), "ci", "--loglevel=error", *PATIENCE)
    _run(command, WEB, lock, "The packages of the page could not be installed", "see that npm's registry answers")
    _installed().write_text(_lock(), encoding="utf-8")


def _is_built(sources: str) -> bool:
    stamp = DIST / BUILT_FROM
    return stamp.exists() and INDEX.exists() and stamp.read_text(encoding="utf-8") == sources


def _is_installed() -> bool:
    return _installed().exists() and _installed().read_text(encoding="utf-8") == _lock()


def _installed() -> Path:
    return WEB / "node_modules" / INSTALLED_FROM


def _lock() -> str:
    """Some packages are programs of this kind of machine."""
    kind = f"{platform.system()} {platform.machine()}".encode()
    return hashlib.sha256(kind + (WEB / "package-lock.json").read_bytes()).hexdigest()


def _sources() -> str:
    digest = hashlib.sha256()
    for path in _source_files():
        content = path.read_bytes()
        digest.update(f"{path.relative_to(WEB)} {len(content)} ".encode() + content)
    return digest.hexdigest()


def _source_files() -> Iterator[Path]:
    for folder, folders, names in os.walk(WEB):
        folders[:] = sorted(one for one in folders if one not in NO_SOURCES and not one.startswith("."))
        yield from (Path(folder) / name for name in sorted(names) if not name.startswith("."))


@contextmanager
def _alone() -> Iterator[int]:
    """One at a time; the next waits. What is run holds the lock, too, until it is gone."""
    folder = WEB / ".build"
    try:
        folder.mkdir(exist_ok=True)
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield lock.fileno()
    except PermissionError as error:
        where = error.filename or WEB
        raise CannotStart(f"{where} cannot be written: build the page in a checkout of your own.") from None


def _run(command: Sequence[str], folder: Path, lock: int, wrong: str, advice: str) -> None:
    with (WEB / ".build" / "said").open("w+b") as said:
        if run(command, (lock,), folder=folder, env=with_node(), output=said):
            raise CannotStart(f"{wrong}: {advice}. It was said:\n{_end_of(said)}")


def _end_of(said: IO[bytes]) -> str:
    said.seek(max(0, said.seek(0, os.SEEK_END) - SAID_MAX))
    return said.read().decode(errors="replace").strip()


def _print(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    exit_on_signals()
    try:
        if words := sys.argv[1:]:
            install(_print)
            sys.exit(run((*npm(), *words), folder=WEB, env=with_node()))
        build(_print)
    except CannotStart as refusal:
        print(refusal, file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
