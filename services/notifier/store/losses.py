"""Losses in MongoDB, one document for each person: their last one, and what of it is still to be told.

`waits`: lost or restored, until that is told; `batch` and `restored_batch`: in which announcement it is, or was.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import DESCENDING, UpdateOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError

from chassis.clock import Clock
from chassis.stores import expire
from services.notifier.domain.losses import BATCH_MAX, LOST, RESTORED, Loss
from services.notifier.store.away import away

Document = dict[str, Any]
_BATCH = {LOST: "batch", RESTORED: "restored_batch"}


class MongoLosses:
    def __init__(self, collection: AsyncCollection[Document], clock: Clock) -> None:
        self._collection = collection
        self._clock = clock

    async def index(self, kept: timedelta) -> None:
        await self._collection.create_index(
            [("waits", 1), ("heard_at", 1)], name="waiting", partialFilterExpression={"waits": {"$exists": True}}
        )
        await self._collection.create_index([("is_open", 1), ("lost_at", DESCENDING)], name="open")
        for field in _BATCH.values():
            await self._collection.create_index(field, name=field, sparse=True)
        await expire(self._collection, "heard_at", int(kept.total_seconds()), name="kept")

    async def lose(self, user_id: str, lost_at: str) -> None:
        fresh = {"_id": user_id, "lost_at": lost_at, "is_open": True, "waits": LOST, "heard_at": self._clock.now()}
        await self._put(user_id, {"lost_at": {"$lt": lost_at}}, [{"$replaceWith": {"$literal": fresh}}])

    async def restore(self, user_id: str, lost_at: str, *, is_back: bool) -> None:
        same = {"$eq": ["$lost_at", lost_at]}
        was_told = {"$and": [same, {"$gt": ["$batch", ""]}]}
        over: Document = {
            "lost_at": lost_at,
            "is_open": False,
            "heard_at": self._clock.now(),
            "waits": {"$cond": [was_told, RESTORED, "$$REMOVE"]} if is_back else "$$REMOVE",
            "batch": {"$cond": [same, "$batch", "$$REMOVE"]},
            "restored_batch": "$$REMOVE",
        }
        is_news = {"$or": [{"lost_at": {"$lt": lost_at}}, {"lost_at": lost_at, "is_open": True}]}
        await self._put(user_id, is_news, [{"$set": over}])

    async def _put(self, user_id: str, is_news: Document, change: list[Document]) -> None:
        with away():
            try:
                await self._collection.update_one({"_id": user_id, **is_news}, change, upsert=True)
            except DuplicateKeyError:
                pass  # what is there is as new

    async def take(self, kind: str, batch: str, before: datetime) -> None:
        field = _BATCH[kind]
        waiting: Document = {"waits": kind, field: {"$exists": False}}
        with away():
            if await self._collection.find_one({**waiting, "heard_at": {"$lte": before}}, {"_id": 1}) is not None:
                taken = {"$set": {field: batch, "heard_at": self._clock.now()}}
                await self._collection.update_many(waiting, taken)

    async def batches(self, kind: str, before: datetime | None = None) -> list[str]:
        field = _BATCH[kind]
        waiting: Document = {"waits": kind, field: {"$exists": True}}
        if before is not None:
            waiting["heard_at"] = {"$lte": before}
        with away():
            return [str(batch) for batch in await self._collection.distinct(field, waiting)]

    async def of_batch(self, kind: str, batch: str) -> list[Loss]:
        with away():
            found = self._collection.find({_BATCH[kind]: batch}).sort("lost_at", DESCENDING).limit(BATCH_MAX)
            return [_loss(document) async for document in found]

    async def know(self, losses: Sequence[Loss]) -> None:
        named = [
            UpdateOne({"_id": loss.user_id, "lost_at": loss.lost_at}, {"$set": {"name": loss.name, "role": loss.role}})
            for loss in losses
        ]
        if named:
            with away():
                await self._collection.bulk_write(named, ordered=False)

    async def told(self, kind: str, batch: str) -> None:
        with away():
            await self._collection.update_many({_BATCH[kind]: batch, "waits": kind}, {"$unset": {"waits": ""}})

    async def open(self) -> list[Loss]:
        with away():
            told = {"is_open": True, "batch": {"$exists": True}}
            found = self._collection.find(told).sort("lost_at", DESCENDING).limit(BATCH_MAX)
            return [_loss(document) async for document in found]


def _loss(document: Document) -> Loss:
    return Loss(
        user_id=document["_id"],
        lost_at=document["lost_at"],
        name=document.get("name", ""),
        role=document.get("role", ""),
        batch=document.get("batch", ""),
    )
