"""Where the local cluster keeps everything: `DATA_DIR`, and who may use it now."""

import asyncio
import fcntl
import json
import os
import secrets
import shutil
import time
from pathlib import Path
from typing import Any, Literal, TextIO

from chassis.nkeys import new_seed
from deploy.local.errors import CannotStart

LOG_BYTES_MAX = 10 * 1024 * 1024
STOPPING_WAIT_S = 30.0
SIGNAL_ON_ITS_WAY_S = 0.5
"""A holder that was just told to stop may need a moment to say so."""


class DataDir:
    """The folders and files under one DATA_DIR. Making it raises CannotStart where it cannot be written."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.run = root / "run"
        self.log = root / "log"
        try:
            for folder in (self.run, self.log):
                folder.mkdir(parents=True, exist_ok=True)
                (probe := folder / f".probe-{os.getpid()}").touch()
                probe.unlink()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise CannotStart(
                f"DATA_DIR {root} cannot be written ({reason}): make it writable or choose another."
            ) from error

    def of(self, server: str) -> Path:
        """The server's own data folder, made if need be."""
        folder = self.root / server
        folder.mkdir(exist_ok=True)
        return folder

    def pid_file(self, name: str) -> Path:
        return self.run / f"{name}.pid"

    def open_log(self, name: str) -> TextIO:
        """The process's log, for appending: a line of ours does not fall into one of the process's."""
        self.log.mkdir(parents=True, exist_ok=True)  # somebody may have cleared it away
        return (self.log / f"{name}.log").open("a", encoding="utf-8")

    def bound_logs(self) -> None:
        """Moves the content of every log past 10 MB to `<name>.log.1`, in place of what is there.

        The processes keep their file open and go on at its beginning, so the file itself stays. A line written in
        between copying and emptying, some microseconds, is lost.
        """
        for log in self.log.glob("*.log"):
            if log.stat().st_size > LOG_BYTES_MAX:
                _set_aside(log)

    def write(self, name: str, content: str, *, mode: int = 0o644) -> Path:
        """Replaces `run/<name>` at once: a reader sees the old or the new, never a part."""
        path, draft = self.run / name, self.run / f".{name}.{os.getpid()}"
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "w", encoding="utf-8") as file:
            file.write(content)
        draft.replace(path)
        return path

    def passwords(self, parts: tuple[str, ...]) -> dict[str, str]:
        """A NATS password for each part: made once for this DATA_DIR, kept in `run/secrets.json`, readable by its owner only."""
        known: dict[str, str] = self._secrets().get("nats", {})
        missing = {part: secrets.token_urlsafe(24) for part in parts if part not in known}
        if missing:
            self._keep_secrets({"nats": known | missing})
        return known | missing

    def outsiders_seed(self) -> str:
        """Of the key by which auth admits outsiders to NATS: made once, and kept as the passwords are."""
        seed: str | None = self._secrets().get("outsiders_seed")
        if seed is None:
            seed = new_seed()
            self._keep_secrets({"outsiders_seed": seed})
        return seed

    def _secrets(self) -> dict[str, Any]:
        path = self.run / "secrets.json"
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return kept

    def _keep_secrets(self, more: dict[str, Any]) -> None:
        self.write("secrets.json", json.dumps({**self._secrets(), **more}, indent=2), mode=0o600)


def _set_aside(log: Path) -> None:
    with log.open("r+b") as full, log.with_suffix(".log.1").open("wb") as aside:
        while True:  # what was written during one copy comes with the next
            shutil.copyfileobj(full, aside)
            if full.tell() >= os.fstat(full.fileno()).st_size:
                break
        full.truncate(0)


class Hold:
    """The right to run a cluster on one DATA_DIR: one holder at a time, gone with the process that held it."""

    def __init__(self, data_dir: DataDir) -> None:
        self._data_dir = data_dir
        self._file = (data_dir.run / "lock").open("a+", encoding="utf-8")
        self._is_taken = False

    async def take(self) -> None:
        """Waits up to 30 s for a holder that is stopping; any other raises CannotStart."""
        started = time.monotonic()
        while not self._try():
            holder = self._holder()
            waited_s = time.monotonic() - started
            if waited_s > (STOPPING_WAIT_S if holder.get("state") == "stopping" else SIGNAL_ON_ITS_WAY_S):
                who = f" (process {holder['pid']})" if "pid" in holder else ""
                raise CannotStart(
                    f"Another cluster{who} runs on DATA_DIR {self._data_dir.root}: stop it or choose another DATA_DIR."
                )
            await asyncio.sleep(0.05)
        self.say("running")

    def say(self, state: Literal["running", "stopping"]) -> None:
        """Lets the next cluster know whether waiting is worthwhile."""
        self._file.seek(0)
        self._file.truncate()
        self._file.write(json.dumps({"pid": os.getpid(), "state": state}))
        self._file.flush()

    def release(self) -> None:
        self._is_taken = False
        self._file.close()

    @property
    def is_taken(self) -> bool:
        """By us."""
        return self._is_taken

    def _try(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        self._is_taken = True
        return True

    def _holder(self) -> dict[str, Any]:
        self._file.seek(0)
        try:
            holder: dict[str, Any] = json.loads(self._file.read())
        except ValueError:  # between two states
            return {}
        return holder
