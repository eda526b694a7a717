"""Further back than the memory: everyone who came in the same tick shares one read of the stream, never part of one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chassis.bus import Bus, Told
from services.gateway.rooms.feed import Feed
from services.gateway.rooms.memory import Memory
from services.gateway.rooms.said import understand

TICK_S = 0.05
READ_S = 8.0
LEAD_EVENTS = 1_000
"""Read before the lowest cursor, for read markers that were held back then."""
HELD_MAX = 2
"""Pasts in use at a time, each as large as a memory can be: who comes meanwhile shares the next."""


class _Shared:
    """What one read found, for as long as somebody uses it."""

    def __init__(self, memory: Memory, users: int, over: asyncio.Semaphore) -> None:
        self.memory = memory
        self._users = users
        self._over = over

    def leave(self) -> None:
        self._users -= 1
        if not self._users:
            self._over.release()


class Past:
    """A read is bounded by `events_max`, and in bytes: who is further behind starts anew from a snapshot."""

    def __init__(self, bus: Bus, feed: Feed, events_max: int, bytes_max: int) -> None:
        self._bus = bus
        self._feed = feed
        self._events_max = events_max
        self._bytes_max = bytes_max
        self._waiting: list[tuple[int, asyncio.Future[_Shared]]] = []
        self._reading = asyncio.Lock()
        self._held = asyncio.Semaphore(HELD_MAX)

    def reaches(self, seq: int) -> bool:
        return 0 <= self._feed.position - seq <= self._events_max

    @asynccontextmanager
    async def since(self, seq: int) -> AsyncIterator[Memory]:
        """Every event after `seq` up to where the feed was meanwhile, never beyond: what is ahead of the feed, it is yet to
        tell. Raises LookupError, TimeoutError."""
        shared = await self._shared(seq)
        try:
            yield shared.memory
        finally:
            shared.leave()

    async def _shared(self, seq: int) -> _Shared:
        future: asyncio.Future[_Shared] = asyncio.get_running_loop().create_future()
        waits = seq, future
        self._waiting.append(waits)
        try:
            await asyncio.sleep(TICK_S)
            async with asyncio.timeout(READ_S):
                async with self._reading:
                    if not future.done():
                        await self._held.acquire()
                        await self._read()
                return await future
        except BaseException:
            if waits in self._waiting:
                self._waiting.remove(waits)
            if not future.cancel() and not future.cancelled() and future.exception() is None:
                future.result().leave()
            raise

    async def _read(self) -> None:
        """For all who wait. Takes over what was acquired."""
        waiting, self._waiting = self._waiting, []
        try:
            memory = await self._cover(min(seq for seq, _ in waiting))
        except BaseException as error:
            self._held.release()
            for _, future in waiting:
                if not future.done():
                    future.set_exception(error if isinstance(error, Exception) else TimeoutError())
                    future.exception()
            if not isinstance(error, Exception):
                raise
            return
        served = [future for seq, future in waiting if seq >= memory.start and not future.done()]
        shared = _Shared(memory, len(served) + 1, self._held)
        for seq, future in waiting:
            if future in served:
                future.set_result(shared)
            elif not future.done():
                future.set_exception(LookupError(f"more came since {seq} than can be held"))
                future.exception()
        shared.leave()

    async def _cover(self, low: int) -> Memory:
        target = self._feed.position
        first = await self._bus.first_seq()
        if first > low + 1:
            raise LookupError("the stream begins later")
        start = max(low - LEAD_EVENTS, first - 1)
        memory = Memory(start, self._events_max * 2 + LEAD_EVENTS, 1e9, self._bytes_max)
        if target <= low:
            memory.end = target
            return memory
        done = asyncio.Event()
        ids: set[str] = set()

        def hear(told: Told) -> None:
            if told.seq <= target and told.id not in ids:
                ids.add(told.id)
                said = understand(told, self._feed.epoch)
                if said is not None:
                    memory.add(said)
            if told.seq >= target:
                done.set()

        reader = await self._bus.read(hear, after=start)
        try:
            await done.wait()
        finally:
            await reader.stop()
        memory.end = target  # whatever was not understood
        return memory
