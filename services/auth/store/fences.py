"""Fences: documents that transactions write for no other reason than to exclude each other. What such a transaction reads
after its fence is what the one before it left."""

from typing import Any

from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError


class Fence:
    def __init__(self, database: AsyncDatabase[dict[str, Any]], name: str) -> None:
        self._fences = database["fences"]
        self._name = name

    async def put_up(self) -> None:
        """Once, before anybody passes: two that make one document in two transactions could collide for good."""
        try:
            await self._fences.update_one({"_id": self._name}, {"$setOnInsert": {"passed": 0}}, upsert=True)
        except DuplicateKeyError:
            pass  # another replica, just now

    async def pass_through(self, session: AsyncClientSession) -> None:
        """Of two at once one fails with a write conflict, and `Together` starts it over."""
        await self._fences.update_one({"_id": self._name}, {"$inc": {"passed": 1}}, upsert=True, session=session)
