"""Further back than the memory: everyone who came in the same tick shares one read of the stream, never part of one."""

import asyncio

from chassis.bus import Bus, Told
from services.gateway.rooms.feed import Feed
from services.gateway.rooms.memory import Memory
from services.gateway.rooms.said import understand

TICK_S = 0.05
READ_S = 8.0
LEAD_EVENTS = 1_000
"""Read before the lowest cursor, for read markers that were held back then."""


class Past:
    """A read is bounded by `events_max`: who is further behind starts anew from a snapshot."""

    def __init__(self, bus: Bus, feed: Feed, events_max: int) -> None:
        self._bus = bus
        self._feed = feed
        self._events_max = events_max
        self._waiting: list[tuple[int, asyncio.Future[Memory]]] = []
        self._lock = asyncio.Lock()

    def reaches(self, seq: int) -> bool:
        return 0 <= self._feed.position - seq <= self._events_max

    async def since(self, seq: int) -> Memory:
        """Every event after `seq` up to some later position that the memory covers. Raises LookupError, TimeoutError."""
        future: asyncio.Future[Memory] = asyncio.get_running_loop().create_future()
        self._waiting.append((seq, future))
        await asyncio.sleep(TICK_S)
        async with self._lock:
            if not future.done():
                await self._read()
        return await future

    async def _read(self) -> None:
        waiting, self._waiting = self._waiting, []
        try:
            memory = await self._cover(min(seq for seq, _ in waiting))
        except Exception as error:
            for _, future in waiting:
                if not future.done():
                    future.set_exception(error)
                    future.exception()
        else:
            for _, future in waiting:
                if not future.done():
                    future.set_result(memory)

    async def _cover(self, low: int) -> Memory:
        target = self._feed.position
        first = await self._bus.first_seq()
        if first > low + 1:
            raise LookupError("the stream begins later")
        start = max(low - LEAD_EVENTS, first - 1)
        memory = Memory(start, self._events_max * 2 + LEAD_EVENTS, age_s=1e9)
        memory.end = target
        if target <= low:
            return memory
        done = asyncio.Event()
        ids: set[str] = set()

        def hear(told: Told) -> None:
            if told.id not in ids:
                ids.add(told.id)
                said = understand(told, self._feed.epoch)
                if said is not None:
                    memory.add(said)
            memory.end = max(memory.end, told.seq)
            if told.seq >= target:
                done.set()

        reader = await self._bus.read(hear, after=start)
        try:
            async with asyncio.timeout(READ_S):
                await done.wait()
        finally:
            await reader.stop()
        return memory
