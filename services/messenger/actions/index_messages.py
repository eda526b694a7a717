"""Writing messages into the search index, as they are or were: the newest revision stays, whatever comes last."""

import asyncio
from collections.abc import Sequence

from contracts.things import Message
from services.messenger.domain.search import SearchIndex, entry_of

TURN = 50
"""Messages made ready before others have their turn: a long text takes milliseconds."""


class IndexMessages:
    def __init__(self, index: SearchIndex) -> None:
        self._index = index

    async def __call__(self, messages: Sequence[Message]) -> None:
        """As `SearchIndex.write`: raises StoreAway, and may be called again."""
        entries = []
        for place, message in enumerate(messages):
            if place % TURN == TURN - 1:
                await asyncio.sleep(0)
            entry = entry_of(message)
            if entry is not None:
                entries.append(entry)
        await self._index.write(entries)
