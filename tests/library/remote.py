"""Clients of the library in a process of Node, led from here."""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

from deploy.local.node import node
from tests.kit.waiting import NeverHappened, eventually

LINE_BYTES_MAX = 16 * 1024 * 1024
Picture = dict[str, Any]


class RefusedThere(Exception):
    """What the library raised: its code, or where it broke."""


class Remote:
    def __init__(self, process: Process) -> None:
        self._process = process
        self._numbers = count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._hearing = asyncio.create_task(self._hear())

    async def __call__(self, client: str, verb: str, *args: Any) -> Any:
        """What the library's `verb` gives. Raises `RefusedThere`."""
        number = next(self._numbers)
        answered = self._waiting[number] = asyncio.get_running_loop().create_future()
        said = {"id": number, "client": client, "verb": verb, "args": args}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(said).encode() + b"\n")
        async with asyncio.timeout(40):
            answer = await answered
        if "refused" in answer:
            raise RefusedThere(answer["refused"])
        return answer["answer"]

    async def picture(self, client: str) -> Picture:
        shown: Picture = await self(client, "picture")
        return shown

    async def until(self, client: str, is_so: Callable[[Picture], object], within_s: float, what: str) -> Picture:
        """The picture in which it is."""

        async def shown() -> Picture | None:
            now = await self.picture(client)
            return now if is_so(now) else None

        try:
            found = await eventually(shown, within_s)
        except NeverHappened:
            now = await self.picture(client)
            shown_now = {part: now[part] for part in ("session", "connection", "phases", "unreadTotal")}
            waiting = f"{len(now['outbox'])} wait to be sent, {len(now['told'])} were told"
            ends = {key: (thread["hasNewer"], thread["texts"][-3:]) for key, thread in now["threads"].items()}
            known = {key: one["last_seq"] for key, one in now["conversations"].items()}
            said = f"{waiting}, {shown_now}, threads end with {ends}, conversations at {known}"
            raise NeverHappened(f"{client}: {what}: not within {within_s} s: {said}") from None
        assert found is not None
        return found

    async def until_connected(self, client: str, within_s: float = 30.0) -> Picture:
        return await self.until(client, lambda now: now["connection"]["phase"] == "connected", within_s, "is connected")

    async def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            async with asyncio.timeout(10):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await self._hearing

    async def _hear(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            said = json.loads(line)
            self._waiting.pop(said["id"]).set_result(said)
        for each in self._waiting.values():
            each.set_exception(RefusedThere("the process has ended"))


@asynccontextmanager
async def remote(folder: Path) -> AsyncIterator[Remote]:
    """`folder`: where `remote.mjs` finds the library."""
    command = [str(node().path), str(folder / "remote.mjs")]
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, cwd=folder, limit=LINE_BYTES_MAX)
    made = Remote(process)
    try:
        yield made
    finally:
        await made.stop()
