"""The streams collection: which stream this database was last told to, by its epoch."""

from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

PART = "auth"


class MongoStreams:
    def __init__(self, database: AsyncDatabase[dict[str, Any]]) -> None:
        self._streams = database["streams"]

    async def is_told(self, epoch: str) -> bool:
        return await self._streams.find_one({"_id": PART, "epoch": epoch}) is not None

    async def note_told(self, epoch: str) -> None:
        await self._streams.update_one({"_id": PART}, {"$set": {"epoch": epoch}}, upsert=True)
