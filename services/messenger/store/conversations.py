"""Conversations: one document each, never one write per member."""

from collections.abc import Collection, Mapping, Sequence

from pymongo import ASCENDING, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from chassis.bus import Fact
from chassis.outbox import entries
from services.messenger.domain.conversations import Document

ABANDONED_MAX = 20


class MongoConversations:
    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self.collection = database["conversations"]

    async def start(self) -> None:
        await self.collection.create_index(
            [("change.at", ASCENDING)], partialFilterExpression={"change.at": {"$gt": ""}}
        )

    async def get(self, conversation_id: str) -> Document | None:
        return await self.collection.find_one({"_id": conversation_id}, {"outbox": 0})

    async def by_ids(self, conversation_ids: Sequence[str]) -> dict[str, Document]:
        where = {"_id": {"$in": list(conversation_ids)}}
        found = await self.collection.find(where, {"outbox": 0, "change": 0}).to_list()
        return {document["_id"]: document for document in found}

    async def lasts(self, conversation_ids: Sequence[str]) -> list[Document]:
        ids = {"$in": list(conversation_ids)}
        return await self.collection.find({"_id": ids, "deleted_at": None}, {"last_seq": 1, "last_at": 1}).to_list()

    async def insert(self, document: Document) -> bool:
        try:
            await self.collection.insert_one(document)
        except DuplicateKeyError:
            return False
        return True

    async def claim(self, conversation_id: str, version: int, change: Document) -> bool:
        done = await self.collection.update_one(
            {"_id": conversation_id, "version": version, "change": None, "deleted_at": None},
            {"$set": {"change": change}},
        )
        return done.modified_count == 1

    async def complete(self, conversation_id: str, version: int, fields: Document, facts: Sequence[Fact]) -> bool:
        done = await self.collection.update_one(
            {"_id": conversation_id, "version": version, "change": {"$ne": None}},
            {
                "$set": {**fields, "version": version + 1},
                "$unset": {"change": ""},
                "$push": {"outbox": {"$each": entries(facts)}},
            },
        )
        return done.modified_count == 1

    async def abandoned(self, before: str, but: Collection[str] = ()) -> list[Document]:
        where = {"change.at": {"$gt": "", "$lt": before}, "_id": {"$nin": list(but)}}
        found = self.collection.find(where, {"outbox": 0}).sort("change.at", ASCENDING)
        return await found.limit(ABANDONED_MAX).to_list()

    async def untold(self, conversation_id: str) -> list[Document]:
        return await self.collection.find({"_id": conversation_id, "outbox.0": {"$exists": True}}).to_list()

    async def advance(self, lasts: Mapping[str, Document]) -> None:
        await self.collection.bulk_write([_advance(key, last) for key, last in lasts.items()], ordered=False)


def _advance(conversation_id: str, last: Document) -> UpdateOne:
    is_newer = {"$gt": [last["seq"], "$last_seq"]}
    return UpdateOne(
        {"_id": conversation_id},
        [
            {
                "$set": {
                    "last_seq": {"$max": ["$last_seq", last["seq"]]},
                    "last_at": {"$cond": [is_newer, {"$literal": last["sent_at"]}, "$last_at"]},
                    "last_message_id": {"$cond": [is_newer, {"$literal": last["_id"]}, "$last_message_id"]},
                }
            }
        ],
    )
