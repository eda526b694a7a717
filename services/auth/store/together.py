"""Transactions of MongoDB: what auth changes, its entry in the audit trail, and what both have to tell, at once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase

from chassis.bus import Fact
from chassis.outbox import Outbox

T = TypeVar("T")
TELL_S = 2.5
"""So long an answer waits until what it changed is told: an ended session's sockets are closed by then."""


class Transaction:
    """Stores write through `session`, and leave here what their outboxes have to tell afterwards."""

    def __init__(self, session: AsyncClientSession) -> None:
        self.session = session
        self._inserted: dict[Outbox, list[tuple[Any, Sequence[Fact]]]] = {}
        self._changed: dict[Outbox, list[Any]] = {}

    def inserted(self, outbox: Outbox, key: Any, facts: Sequence[Fact]) -> None:
        """The document `key` is new and carries these facts."""
        self._inserted.setdefault(outbox, []).append((key, facts))

    def changed(self, outbox: Outbox, key: Any) -> None:
        """The document `key` carries facts, perhaps with older ones before them."""
        self._changed.setdefault(outbox, []).append(key)

    def start_over(self) -> None:
        self._inserted.clear()
        self._changed.clear()

    async def tell(self) -> None:
        """Raises nothing: what is not told now is in the outboxes, where a sweep finds it."""
        for outbox, documents in self._inserted.items():
            await outbox.tell_soon(documents)
        with suppress(TimeoutError):
            async with asyncio.timeout(TELL_S):
                await asyncio.gather(*(outbox.tell_of(keys) for outbox, keys in self._changed.items()))


class MongoTogether:
    def __init__(self, database: AsyncDatabase[dict[str, Any]]) -> None:
        self._client = database.client

    async def __call__(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        async with self._client.start_session() as session:
            transaction = Transaction(session)

            async def once(_: AsyncClientSession) -> T:
                transaction.start_over()
                return await work(transaction)

            result = await session.with_transaction(once)
        await transaction.tell()
        return result
