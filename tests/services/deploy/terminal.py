"""The cluster as a person starts it: a process of its own, its lines, its pid files."""

import contextlib
import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Self

from deploy.local.process import ROOT

READY_S = 60.0
NUMBERS = itertools.count(1)


class Terminal:
    """`python -m deploy.local` with these variables; killed, with all it started, at the end of the `with`."""

    def __init__(self, data_dir: Path, **variables: object) -> None:
        self.data_dir = data_dir
        self.output = data_dir.with_name(f"{data_dir.name}.{next(NUMBERS)}.output")
        environ = {**os.environ, "DATA_DIR": str(data_dir)} | {name: str(value) for name, value in variables.items()}
        with self.output.open("w") as output:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", "deploy.local"],
                cwd=ROOT,
                env=environ,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.popen.kill()
        self.popen.wait()

    @property
    def lines(self) -> list[str]:
        return self.output.read_text().splitlines()

    @property
    def ready(self) -> list[str]:
        return [line for line in self.lines if line.startswith("ready ")]

    @property
    def described(self) -> dict[str, Any]:
        described: dict[str, Any] = json.loads((self.data_dir / "run" / "cluster.json").read_text())
        return described

    def pid(self, name: str) -> int:
        return int((self.data_dir / "run" / f"{name}.pid").read_text())

    def ask(self, method: str, path: str, body: object = None, token: str = "") -> Any:
        """The first gateway's answer, which must not be a refusal."""
        door = HTTPConnection(self.described["gateways"][0].removeprefix("http://"), timeout=10)
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        with contextlib.closing(door):
            door.request(method, f"/api/v1{path}", None if body is None else json.dumps(body), headers)
            answer = door.getresponse()
            said = answer.read()
        assert answer.status < 300, said
        return json.loads(said or "null")

    def until_ready(self) -> Self:
        def ready_or_over() -> bool:
            assert self.popen.poll() is None, self.lines
            return bool(self.ready)

        until(ready_or_over, READY_S)
        return self

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        self.popen.send_signal(number)
        return self.popen.wait(timeout=30)


def until(fact: Callable[[], bool], within_s: float = 30.0) -> None:
    deadline = time.monotonic() + within_s
    while not fact():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def left_running(data_dir: Path) -> list[str]:
    """Every process of this machine that carries the mark of this DATA_DIR."""
    mark = f"DATA_DIR={data_dir}".encode()
    return [command for command, environ in _processes() if mark in environ.split(b"\0")]


def _processes() -> list[tuple[str, bytes]]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            if command:  # a zombie has none
                found.append((command.replace(b"\0", b" ").decode(), (folder / "environ").read_bytes()))
        except OSError:
            continue
    return found
