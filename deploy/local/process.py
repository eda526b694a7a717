"""One process of the cluster: started, asked whether it is usable, stopped. Keeping it running is `keeper`'s."""

import asyncio
import json
import os
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from deploy.local.child import die_with
from deploy.local.data_dir import DataDir
from deploy.local.errors import PortLost
from deploy.local.ports import lost

POLL_S = 0.05
CHECK_S = 0.5
"""How often the ports of one that is not usable yet are looked at."""
ENDED = "process.ended"
ROOT = Path(__file__).resolve().parents[2]
"""Where `python -m services.auth` finds the services."""


@dataclass(frozen=True)
class Program:
    """What is to run under a name, and how one knows that it can be used.

    `usable` is asked every 50 ms while the process starts; it answers False, or raises OSError, while it cannot be.
    """

    name: str
    command: tuple[str, ...]
    usable: Callable[[], Awaitable[bool]]
    env: Mapping[str, str] = field(default_factory=dict)
    port: int | None = None
    ops_port: int | None = None


class Process:
    """Runs `program` in a session of its own, out of reach of the terminal's Ctrl-C.

    On Linux the kernel kills it with us, however we end. Nothing is bound to an event loop: it can be started in one
    and stopped in another.
    """

    def __init__(self, program: Program, data_dir: DataDir) -> None:
        self.program = program
        self.started_at = 0.0
        self._said_from = 0
        self._ports_checked_at = 0.0
        self._data_dir = data_dir
        self._popen: subprocess.Popen[bytes] | None = None

    @property
    def name(self) -> str:
        return self.program.name

    @property
    def pid(self) -> int | None:
        """None while it does not run."""
        return self._popen.pid if self._popen and self._popen.poll() is None else None

    @property
    def status(self) -> int | None:
        """How it ended, as subprocess tells it: negative is a signal. None before its end."""
        return self._popen.poll() if self._popen else None

    def spawn(self) -> None:
        """Starts it; does not wait for it. Its pid is in `run/<name>.pid` when this returns."""
        marks = {"DATA_DIR": str(self._data_dir.root), "PARLEY_INSTANCE": self.name}
        self.started_at = time.monotonic()
        with self._data_dir.open_log(self.name) as log:
            self._said_from = log.tell()
            self._popen = subprocess.Popen(
                self.program.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **self.program.env, **marks},
                start_new_session=True,
                preexec_fn=die_with(os.getpid()),
                cwd=ROOT,
            )
        self._data_dir.write(f"{self.name}.pid", f"{self._popen.pid}\n")

    async def start(self, timeout_s: float = 30.0) -> None:
        """Spawns it and waits until it is usable; raises TimeoutError, or ProcessLookupError where it ended instead."""
        self.spawn()
        await self.until_usable(timeout_s)

    async def until_usable(self, timeout_s: float) -> None:
        """Raises TimeoutError; ProcessLookupError with the log's path where the process ended instead; PortLost where
        another program has one of its ports."""
        async with asyncio.timeout(timeout_s):
            while self.pid is None or not await self._usable():
                self._check_ports()
                if self.status is not None:
                    log = self._data_dir.log / f"{self.name}.log"
                    raise ProcessLookupError(f"{self.name} ended with {described(self.status)}: see {log}")
                await asyncio.sleep(POLL_S)

    def last_words(self) -> str:
        """The message of the last line that it wrote into its log since it was spawned; empty where it wrote none."""
        with (self._data_dir.log / f"{self.name}.log").open(encoding="utf-8", errors="replace") as log:
            log.seek(self._said_from)
            lines = [message for line in log if (message := _message(line)) != ENDED]
        return lines[-1] if lines else ""

    async def until_ended(self) -> int:
        """Its status. Removes the pid file, and writes the end into the process's own log."""
        while (status := self.status) is None:
            await asyncio.sleep(POLL_S)
        if (self._data_dir.pid_file(self.name)).exists():
            self._data_dir.pid_file(self.name).unlink()
            ending = {
                "event": ENDED,
                "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "status": described(status),
            }
            # a full disk does not keep it from being started again
            with suppress(OSError), self._data_dir.open_log(self.name) as log:
                log.write(json.dumps(ending) + "\n")
        return status

    async def stop(self, grace_s: float = 10.0) -> None:
        """SIGTERM, and SIGKILL after `grace_s`: when this returns it no longer runs. A paused one is woken for it."""
        if self._popen is None:
            return
        self.signal(signal.SIGTERM)
        self.signal(signal.SIGCONT)
        try:
            async with asyncio.timeout(grace_s):
                await self.until_ended()
        except TimeoutError:
            self.kill()
            await self.until_ended()

    def kill(self) -> None:
        self.signal(signal.SIGKILL)

    def signal(self, number: signal.Signals) -> None:
        """Nothing happens where it does not run."""
        if self._popen:
            self._popen.send_signal(number)

    def _check_ports(self) -> None:
        if (now := time.monotonic()) < self._ports_checked_at + CHECK_S:
            return
        self._ports_checked_at = now
        for port in (self.program.port, self.program.ops_port):
            if port and lost(port, self.pid):
                raise PortLost(
                    f"{self.name} cannot start: another program took port {port} meanwhile: free it, or start again."
                )

    async def _usable(self) -> bool:
        try:
            return await self.program.usable()
        except OSError:
            return False


def _message(line: str) -> str:
    """Of a JSON line its event or message, else the line itself."""
    try:
        entry = json.loads(line)
        return str(entry.get("event") or entry["msg"])
    except (ValueError, AttributeError, KeyError):
        return line.strip()


def described(status: int | None) -> str:
    """'status 1', or 'signal SIGKILL'."""
    return f"signal {signal.Signals(-status).name}" if status and status < 0 else f"status {status}"
