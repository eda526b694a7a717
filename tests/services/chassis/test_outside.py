"""What is told outside is there once and in order, whoever tells it, and made anew where the stream is another."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from chassis.bus import Bus
from contracts.texts import without_text
from deploy.local.servers import Server, nats, running
from services.auth.wiring import OUTSIDE
from tests.kit.waiting import eventually
from tests.services.chassis.test_bus import connect, said


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Server]:
    server = nats(tmp_path)
    async with running(server):
        yield server


@asynccontextmanager
async def telling(*buses: Bus) -> AsyncIterator[Sequence[asyncio.Task[Any]]]:
    tasks = [asyncio.create_task(bus.tell_outside(OUTSIDE, without_text)) for bus in buses]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


class There:
    """What is in the account of outsiders, as auth sees it."""

    def __init__(self, bus: Bus) -> None:
        self._js = bus.js._nc.jetstream(prefix=OUTSIDE.api)

    async def last_seq(self, stream: str) -> int:
        with suppress(Exception):  # not made yet
            return int((await self._js.stream_info(stream)).state.last_seq)
        return 0

    async def until(self, last: int) -> None:
        async def reached() -> bool:
            return await self.last_seq(OUTSIDE.stream) >= last and await self.last_seq(OUTSIDE.mirror) >= last

        await eventually(reached, 30)

    async def ids(self) -> list[str]:
        return [(await self._at(seq)).headers["ce-id"] for seq in range(1, await self.last_seq(OUTSIDE.stream) + 1)]

    async def _at(self, seq: int) -> Any:
        return await self._js.get_msg(OUTSIDE.stream, seq)

    async def text(self, seq: int) -> str:
        return str(json.loads((await self._at(seq)).data)["message"]["text"])


async def test_two_who_tell_at_once_tell_each_event_once_and_in_order(hub: Server) -> None:
    one, other, messenger = [await connect(hub, part) for part in ("auth", "auth", "messenger")]
    there = There(one)
    async with telling(one, other) as (first, _):
        for number in range(1, 301):
            await messenger.tell(said(number))
            if number == 150:
                await there.until(1)
                first.cancel()
        await there.until(300)
    assert await there.ids() == [f"m_{number}" for number in range(1, 301)]
    assert await there.text(7) == ""
    for bus in (one, other, messenger):
        await bus.drain()


async def test_after_a_kill_of_nats_it_goes_on_where_it_was(hub: Server) -> None:
    auth, messenger = await connect(hub, "auth"), await connect(hub, "messenger")
    there = There(auth)
    async with telling(auth):
        for number in range(1, 51):
            await messenger.tell(said(number))
        await there.until(50)
        hub.kill()
        await hub.until_ended()
        await hub.start()
        await eventually(lambda: messenger.is_connected)
        for number in range(51, 101):
            await messenger.tell(said(number))
        await there.until(100)
    assert await there.ids() == [f"m_{number}" for number in range(1, 101)]
    for bus in (auth, messenger):
        await bus.drain()


async def test_another_stream_makes_both_anew(tmp_path: Path) -> None:
    server = nats(tmp_path, users={part: Everything() for part in ("auth", "messenger")})
    async with running(server):
        auth, messenger = await connect(server, "auth"), await connect(server, "messenger")
        there = There(auth)
        async with telling(auth):
            for number in range(1, 11):
                await messenger.tell(said(number))
            await there.until(10)
            await messenger.js.delete_stream("PARLEY")
            again = await connect(server, "messenger")
            await again.tell(said(11))
            await eventually(lambda: _is(there, ["m_11"]), 30)
            await eventually(lambda: _is_one(there), 30)
        for bus in (auth, messenger, again):
            await bus.drain()


async def _is(there: There, ids: list[str]) -> bool:
    return await there.last_seq(OUTSIDE.stream) == len(ids) and await there.ids() == ids


async def _is_one(there: There) -> bool:
    return await there.last_seq(OUTSIDE.mirror) == 1


class Everything:
    publish = (">",)
    subscribe = (">",)
