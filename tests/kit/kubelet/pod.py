"""One pod as the kubelet keeps it: started, probed, restarted where it is condemned, and ended with all the time it is given."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from deploy.local.child import die_with
from deploy.local.ports import HOST, Ports
from tests.kit.kubelet.manifest import PodTemplate, Probe

ROOT = Path(__file__).resolve().parents[3]
POLL_S = 0.02
OPS, HTTP = "ops", "http"


@dataclass(frozen=True)
class Node:
    """The machine the pods run on. `secrets` by key, `addresses` what settings are here instead of in a cluster; logs and
    files go below `folder`. `hurry`: preStop takes this share of its time, as does all that is waited for outside the pod."""

    folder: Path
    secrets: Mapping[str, str]
    addresses: Mapping[str, str]
    ports: Ports
    http: aiohttp.ClientSession
    hurry: float = 1.0


@dataclass(frozen=True)
class End:
    """How a container ended after it was told to: `took_s` from SIGTERM on."""

    pod: str
    status: int
    took_s: float


class Pod:
    """`is_ready` as its endpoints show it; `on_change` is called when that changes. `restarts`: how often it was condemned or
    ended by itself."""

    def __init__(self, name: str, template: PodTemplate, node: Node, on_change: Callable[[], None]) -> None:
        self.name = name
        self.is_ready = False
        self.ready_since = 0.0
        self.restarts: list[str] = []
        self.ports = {port: node.ports.free() for port in template.ports}
        self._template = template
        self._node = node
        self._on_change = on_change
        self._process: subprocess.Popen[bytes] | None = None
        self._is_terminating = False
        self._keeping = asyncio.create_task(self._keep(), name=f"keep {name}")

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def address(self) -> tuple[str, int]:
        return HOST, self.ports[HTTP]

    async def terminate(self) -> End:
        """Out of the endpoints at once; then preStop, SIGTERM, and SIGKILL when the grace is over, which began before preStop."""
        self._is_terminating = True
        self._show(is_ready=False)
        began, template = time.monotonic(), self._template
        self._keeping.cancel()
        with suppress(asyncio.CancelledError):
            await self._keeping
        await asyncio.sleep(template.pre_stop_s * self._node.hurry)
        process, told_at = self._process, time.monotonic()
        assert process is not None
        process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(max(0.0, began + template.grace_s - told_at)):
                await _ended(process)
        except TimeoutError:
            process.kill()
            await _ended(process)
        return End(self.name, process.returncode, time.monotonic() - told_at)

    async def kill(self) -> None:
        self._keeping.cancel()
        with suppress(asyncio.CancelledError):
            await self._keeping
        if self._process is not None:
            self._process.kill()
            await _ended(self._process)

    async def _keep(self) -> None:
        while True:
            process = self._process = self._spawn()
            watching = [
                asyncio.create_task(self._watch(process)),
                asyncio.create_task(self._until_ended(process)),
            ]
            try:
                done, _ = await asyncio.wait(watching, return_when=asyncio.FIRST_COMPLETED)
                self.restarts.append(next(iter(done)).result())
            finally:
                for each in watching:
                    each.cancel()
            self._show(is_ready=False)
            if process.poll() is None:  # condemned: it is told to go like any other
                process.send_signal(signal.SIGTERM)
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._template.grace_s):
                        await _ended(process)
                process.kill()
                await _ended(process)

    async def _watch(self, process: subprocess.Popen[bytes]) -> str:
        """Gives what condemned it."""
        template = self._template
        await self._probe(template.startup, until=True)
        readiness = asyncio.create_task(self._follow_readiness(template.readiness))
        try:
            await self._probe(template.liveness, until=False)
        finally:
            readiness.cancel()
        return "liveness"

    async def _until_ended(self, process: subprocess.Popen[bytes]) -> str:
        await _ended(process)
        return f"ended with {process.returncode}"

    async def _probe(self, probe: Probe, *, until: bool) -> None:
        """Until it succeeds, or until it has failed as often as it may. Raises where it never succeeded."""
        failed = 0
        while True:
            if await self._holds(probe):
                if until:
                    return
                failed = 0
            else:
                failed += 1
                if failed >= probe.failures and not until:
                    return
                if failed >= probe.failures:
                    raise TimeoutError(f"{self.name} did not start: see its log")
            await asyncio.sleep(probe.period_s)

    async def _follow_readiness(self, probe: Probe) -> None:
        row = 0
        while True:
            holds = await self._holds(probe)
            row = (max(row, 0) + 1) if holds else (min(row, 0) - 1)
            if row >= probe.successes:
                self._show(is_ready=True)
            elif -row >= probe.failures:
                self._show(is_ready=False)
            await asyncio.sleep(probe.period_s)

    async def _holds(self, probe: Probe) -> bool:
        url = f"http://{HOST}:{self.ports[probe.port]}{probe.path}"
        try:
            async with asyncio.timeout(probe.timeout_s), self._node.http.get(url) as answer:
                return 200 <= answer.status < 400
        except (aiohttp.ClientError, TimeoutError):
            return False

    def _show(self, *, is_ready: bool) -> None:
        is_ready = is_ready and not self._is_terminating
        if is_ready != self.is_ready:
            self.is_ready, self.ready_since = is_ready, time.monotonic()
            self._on_change()

    def _spawn(self) -> subprocess.Popen[bytes]:
        node, template = self._node, self._template
        home = node.folder / self.name
        home.mkdir(exist_ok=True)
        for key in template.secrets:
            (home / key).write_text(node.secrets[key], encoding="utf-8")
        env = {name: value.replace(template.secrets_at, str(home)) for name, value in template.env.items()}
        env |= dict.fromkeys(template.name_in, self.name) | dict(node.addresses)
        env |= {"PARLEY_OPS_HOST": HOST, "PARLEY_OPS_PORT": str(self.ports[OPS]), "PARLEY_HOST": HOST}
        if HTTP in self.ports:
            env["PARLEY_PORT"] = str(self.ports[HTTP])
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")}
        with (node.folder / f"{self.name}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "services", *template.args],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=inherited | env,
                start_new_session=True,
                preexec_fn=die_with(os.getpid()),
                cwd=ROOT,
            )


async def _ended(process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        await asyncio.sleep(POLL_S)
