"""Direct conversations from before they named their two people learn them from their memberships. Lists find no others."""

import asyncio

from chassis import log
from chassis.tasks import Tasks
from services.messenger.domain.conversations import Conversations
from services.messenger.domain.memberships import Memberships

BATCH = 500
AGAIN_S = 60.0
"""A replica from before may still be at work while others are rolled."""


class PairDirects:
    def __init__(self, conversations: Conversations, memberships: Memberships, tasks: Tasks) -> None:
        self._conversations = conversations
        self._memberships = memberships
        self._tasks = tasks

    def start(self) -> None:
        self._tasks.lasting("directs.pair", self._run())

    async def __call__(self) -> None:
        """Repeatable. Cheap where nothing is to be done."""
        alone: list[str] = []
        while found := await self._conversations.unpaired(BATCH, alone):
            members = await self._memberships.listed(found)
            pairs = {key: sorted(both) for key, both in members.items() if len(both) == 2}
            alone += [key for key in found if key not in pairs]
            await self._conversations.pair(pairs)
            log.get().info("directs.paired", count=len(pairs))

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(AGAIN_S)
            try:
                await self()
            except Exception as error:
                log.get().warning("directs.not_paired", kind=type(error).__name__)
