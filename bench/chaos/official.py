"""The official JavaScript client as one more device of a person, in a process of Node's, recorded like the others."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec

from bench.replay.cast import PASSWORD
from deploy.local.node import node, npm
from tests.kit.history import Body, History
from tests.kit.person import Person

WEB = Path(__file__).parents[2] / "tests" / "web"
LINE_BYTES_MAX = 16 * 1024 * 1024
INSTALL_S = 200
STARTED_WITHIN_S = 60.0
SILENT_WITHIN_S = 30.0
LEFT_WITHIN_S = 10.0


class Official:
    """What its process says, as it says it. `is_live` and `pushes` as a Person's."""

    def __init__(
        self, client: str, login: str, gateway: str, history: History, process: asyncio.subprocess.Process
    ) -> None:
        self.client = client
        self.login = login
        self.is_live = False
        self.sent: list[Body] = []
        self._gateway = gateway
        self._history = history
        self._process = process
        self._pushes: dict[str, list[Body]] = defaultdict(list)
        self._asks: dict[str, int] = {}
        self._silent = asyncio.Event()
        self.started = asyncio.Event()

    def pushes(self, name: str) -> list[Body]:
        return self._pushes[name]

    async def hear(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self._take(msgspec.json.decode(line, type=dict[str, Any]))

    async def fall_silent(self) -> None:
        """Asks nothing more; what it asked has been answered."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"enough\n")
        async with asyncio.timeout(SILENT_WITHIN_S):
            await self._silent.wait()

    async def leave(self) -> None:
        assert self._process.stdin is not None
        self._history.left(self.client)
        self._process.stdin.close()
        try:
            async with asyncio.timeout(LEFT_WITHIN_S):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    def _take(self, said: Body) -> None:
        history, client = self._history, self.client
        match said:
            case {"what": "logged in", "user_id": user_id}:
                history.logged_in(client, self.login, user_id)
                history.coming(client)
            case {"what": "connected"}:
                history.connected(client, self._gateway, said.get("cursor"))
            case {"what": "pushed", "name": name}:
                body = said.get("body") or {}
                history.pushed(client, name, body)
                self._pushes[name].append(body)
                if name == "ready":
                    self.is_live = True
                    self.started.set()
            case {"what": "disconnected", "reason": reason}:
                self.is_live = False
                history.disconnected(client, reason)
            case {"what": "rejected", "code": code}:
                history.rejected(client, code)
            case {"what": "asked", "ask": ask, "name": name, "fields": fields}:
                self._asks[ask] = history.asked(client, name, fields)
            case {"what": "acknowledged", "ask": ask, "answer": answer}:
                body = (
                    {name: value for name, value in answer.items() if name != "ok"} if answer["ok"] else answer["error"]
                )
                history.acknowledged(client, self._asks.pop(ask), answer["ok"], body)
                if answer["ok"]:
                    self.sent.append(body["message"])
            case {"what": "unanswered", "ask": ask, "reason": reason}:
                history.unanswered(client, self._asks.pop(ask), reason)
            case {"what": "silent"}:
                self._silent.set()


@asynccontextmanager
async def official_devices(
    people: Sequence[Person], gateways: Sequence[str], conversation_id: str, history: History
) -> AsyncIterator[list[Official]]:
    """A second device each, at one gateway after the other."""
    with tempfile.TemporaryDirectory(prefix="parley-official-") as name:
        folder = Path(name)
        await asyncio.to_thread(_install, folder)
        devices: list[Official] = []
        hearing: list[asyncio.Task[None]] = []
        try:
            for number, person in enumerate(people):
                gateway = gateways[number % len(gateways)]
                process = await asyncio.create_subprocess_exec(
                    *(str(node().path), str(folder / "official_listener.mjs")),
                    *(gateway, person.login, PASSWORD, conversation_id),
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    cwd=folder,
                    limit=LINE_BYTES_MAX,
                )
                device = Official(f"{person.login}#official", person.login, gateway, history, process)
                devices.append(device)
                hearing.append(asyncio.create_task(device.hear()))
            async with asyncio.timeout(STARTED_WITHIN_S):
                await asyncio.gather(*(device.started.wait() for device in devices))
            yield devices
        finally:
            await asyncio.gather(*(device.leave() for device in devices))
            for task in hearing:
                with suppress(asyncio.CancelledError):
                    await task


def _install(folder: Path) -> None:
    for name in ("package.json", "package-lock.json", "official_listener.mjs"):
        shutil.copy(WEB / name, folder)
    install = [*npm(), "ci", "--no-audit", "--no-fund", "--silent", "--prefix", str(folder)]
    subprocess.run(install, cwd=folder, check=True, timeout=INSTALL_S)
