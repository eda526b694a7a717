"""Many official JavaScript clients in one process of Node's, recorded as the history's other clients are."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from deploy.local.node import node
from tests.kit.history import Body, History

SCRIPT = Path(__file__).parents[1] / "web" / "official_crowd.mjs"
LINE_BYTES_MAX = 16 * 1024 * 1024
LIVE_WITHIN_S, SILENT_WITHIN_S, LEFT_WITHIN_S = 60.0, 60.0, 10.0


@dataclass(frozen=True)
class Guest:
    """One of the crowd: whom to log in as, the group they talk to, and whom they watch, if anyone."""

    login: str
    password: str
    group: str
    watches: Sequence[str] = ()


@dataclass(frozen=True)
class Ways:
    """`every_s` each says something, on average; `fresh_s` after which a token is renewed over HTTP. `options` are the
    library's."""

    every_s: float
    fresh_s: float
    options: Mapping[str, object]


class Client:
    """`is_live` and `pushes` as a Person's."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.is_live = False
        self._pushes: dict[str, list[Body]] = defaultdict(list)

    def pushes(self, name: str) -> list[Body]:
        return self._pushes[name]

    def take(self, name: str, body: Body) -> None:
        self._pushes[name].append(body)
        if name == "ready":
            self.is_live = True


class Crowd:
    """`clients` by name. `failures`: what a client met that it should not have: a connect or an HTTP request that failed.
    The times of its history are those of this process's monotonic clock."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.clients: dict[str, Client] = {}
        self.failures: list[str] = []
        self._process = process
        self._is_over = False
        self._at = 0.0
        self._offset_s = time.monotonic() - time.time()
        self.history = History(lambda: self._at or time.monotonic())
        self._asks: dict[str, int] = {}
        self._said: dict[str, asyncio.Event] = defaultdict(asyncio.Event)

    async def until_live(self) -> None:
        await self._until("all live", LIVE_WITHIN_S)

    def talk(self) -> None:
        self._order("talk")

    async def fall_silent(self) -> None:
        """Asks nothing more; what was asked has been answered."""
        self._order("enough")
        await self._until("silent", SILENT_WITHIN_S)
        self._at = 0.0

    async def hear(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self._take(msgspec.json.decode(line, type=dict[str, Any]))
        self._is_over = True
        for said in self._said.values():
            said.set()

    def _order(self, word: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n".encode())

    async def _until(self, word: str, within_s: float) -> None:
        async with asyncio.timeout(within_s):
            await self._said[word].wait()
        assert not self._is_over, "the crowd's process has ended: see what it wrote"

    def _take(self, said: Body) -> None:
        self._at = said["at"] / 1000 + self._offset_s
        name, history = said.get("client", ""), self.history
        match said:
            case {"what": "logged in", "login": login, "user_id": user_id}:
                self.clients[name] = Client(name)
                history.logged_in(name, login, user_id)
                history.coming(name)
            case {"what": "connected"}:
                history.connected(name, "", said.get("cursor"))
            case {"what": "pushed", "name": push}:
                body = said.get("body") or {}
                history.pushed(name, push, body)
                self.clients[name].take(push, body)
            case {"what": "disconnected", "reason": reason}:
                self.clients[name].is_live = False
                history.disconnected(name, reason)
            case {"what": "not connected" | "not renewed", "why": why}:
                self.failures.append(f"{name}: {said['what']}: {why}")
            case {"what": "asked", "ask": ask, "name": asked, "fields": fields}:
                self._asks[ask] = history.asked(name, asked, fields)
            case {"what": "acknowledged", "ask": ask, "answer": answer}:
                fields = {key: value for key, value in answer.items() if key != "ok"}
                history.acknowledged(
                    name, self._asks.pop(ask), answer["ok"], fields if answer["ok"] else fields["error"]
                )
            case {"what": "unanswered", "ask": ask, "reason": reason}:
                history.unanswered(name, self._asks.pop(ask), reason)
            case {"what": what}:
                self._said[what].set()


@asynccontextmanager
async def crowd(folder: Path, url: str, guests: Sequence[Guest], ways: Ways) -> AsyncIterator[Crowd]:
    """All of them live; they leave at the end. `folder` has the official client."""
    script = shutil.copy(SCRIPT, folder)
    people = [
        {
            "client": f"{guest.login}#1",
            "login": guest.login,
            "password": guest.password,
            "group": guest.group,
            "watches": list(guest.watches),
        }
        for guest in guests
    ]
    for person in people:
        if not person["watches"]:
            del person["watches"]
    given = {"url": url, "people": people, "everyMs": ways.every_s * 1000, "freshMs": ways.fresh_s * 1000}
    orders = folder / "crowd.json"
    orders.write_text(json.dumps(given | {"options": dict(ways.options)}), encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        *(str(node().path), script, str(orders)),
        cwd=folder,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LINE_BYTES_MAX,
    )
    them = Crowd(process)
    hearing = asyncio.create_task(them.hear())
    try:
        await them.until_live()
        yield them
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(LEFT_WITHIN_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
        await hearing
