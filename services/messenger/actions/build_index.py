"""Building the search index from all messages there are, behind everybody's back: for data that are older than the index,
and when the stream was lost or went on without us.

By one replica at a time; another goes on where it ends. Meanwhile the consumer hears what comes, and what is found is what
is there by now.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import NoReturn

import msgspec
import nats.errors
from pymongo.errors import PyMongoError

from chassis import log
from chassis.bus import Standing
from chassis.clock import Clock, monotonic, rfc3339
from chassis.stores import StoreAway
from services.messenger.actions.index_messages import IndexMessages
from services.messenger.domain import messages, search
from services.messenger.domain.messages import Messages
from services.messenger.domain.search import Build, Builds

CHECK_S = 2.0
NOTED_S = 30.0
"""So often it is noted how far the consumer has heard, while nothing is amiss."""
CHUNK = 200
CLAIMED = timedelta(seconds=15)
SHOWN_S = 10.0


class BuildIndex:
    def __init__(
        self,
        messages: Messages,
        builds: Builds,
        index_messages: IndexMessages,
        standing: Callable[[], Awaitable[Standing]],
        clock: Clock,
    ) -> None:
        self._messages = messages
        self._builds = builds
        self._index_messages = index_messages
        self._standing = standing
        self._clock = clock
        self._noted_at = 0.0

    async def build_always(self) -> NoReturn:
        while True:
            try:
                await self.check()
            except (nats.errors.Error, PyMongoError, StoreAway, TimeoutError, OSError) as error:
                log.get().warning("search.not_checked", kind=type(error).__name__)
            await asyncio.sleep(CHECK_S)

    async def check(self) -> None:
        """Returns when there is nothing to do, or another replica does it."""
        standing = await self._standing()
        build = await self._builds.get()
        if build is None or search.is_amiss(build, standing):
            build = search.begun(build, standing, self._until())
            if await self._builds.put(build):
                log.get().info("search.build_begun")
                await self._work(build)
        elif not build.is_done:
            if build.claimed_until < rfc3339(self._clock.now()):
                build = _next(build, claimed_until=self._until())
                if await self._builds.put(build):
                    log.get().info("search.build_resumed", done=build.done)
                    await self._work(build)
        elif monotonic() > self._noted_at + NOTED_S and standing.heard_up_to > build.heard_up_to:
            await self._builds.put(_next(build, heard_up_to=standing.heard_up_to))
            self._noted_at = monotonic()

    async def _work(self, build: Build) -> None:
        shown_at = monotonic()
        while not build.is_done:
            began_at = monotonic()
            found = await self._messages.after(build.after, CHUNK)
            await self._index_messages([messages.shown(document) for document in found])
            standing = await self._standing()
            if search.is_amiss(build, standing):
                return
            build = _next(
                build,
                after=found[-1]["_id"] if found else build.after,
                done=build.done + len(found),
                is_done=not found,
                claimed_until=self._until(),
                heard_up_to=max(build.heard_up_to, standing.heard_up_to),
            )
            if not await self._builds.put(build):
                return
            if build.is_done or monotonic() > shown_at + SHOWN_S:
                log.get().info("search.built" if build.is_done else "search.building", done=build.done)
                shown_at = monotonic()
            await asyncio.sleep(monotonic() - began_at)  # half of the time is others'

    def _until(self) -> str:
        return rfc3339(self._clock.now() + CLAIMED)


def _next(build: Build, **changes: object) -> Build:
    return msgspec.structs.replace(build, turn=build.turn + 1, **changes)
