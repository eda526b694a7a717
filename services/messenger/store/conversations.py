"""Conversations: one document each, never one write per member."""

from collections.abc import Collection, Mapping, Sequence

from pymongo import ASCENDING, DESCENDING, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from chassis.bus import Fact
from chassis.outbox import entries
from services.messenger.domain.conversations import Document, Place

ABANDONED_MAX = 20
DIRECTS, GROUPS = "newest_directs", "newest_groups"
ORDER = [("last_at", DESCENDING), ("_id", ASCENDING)]
WHOLE = {"outbox": 0, "change": 0}


class MongoConversations:
    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self.collection = database["conversations"]

    async def start(self) -> None:
        await self.collection.create_index(
            [("change.at", ASCENDING)], partialFilterExpression={"change.at": {"$gt": ""}}
        )

        await self.collection.create_index(
            [("pair", ASCENDING), ("last_at", DESCENDING), ("_id", ASCENDING)],
            name=DIRECTS,
            partialFilterExpression={"kind": "direct"},
        )
        await self.collection.create_index(
            [("kind", ASCENDING), ("last_at", DESCENDING), ("_id", ASCENDING)],
            name=GROUPS,
            partialFilterExpression={"kind": "group"},
        )

    async def get(self, conversation_id: str) -> Document | None:
        return await self.collection.find_one({"_id": conversation_id}, {"outbox": 0})

    async def by_ids(self, conversation_ids: Sequence[str]) -> dict[str, Document]:
        where = {"_id": {"$in": list(conversation_ids)}}
        found = await self.collection.find(where, WHOLE).to_list()
        return {document["_id"]: document for document in found}

    async def lasts(self, conversation_ids: Sequence[str]) -> list[Document]:
        ids = {"$in": list(conversation_ids)}
        return await self.collection.find({"_id": ids, "deleted_at": None}, {"last_seq": 1, "last_at": 1}).to_list()

    async def directs(self, user_id: str, after: Place | None, limit: int) -> list[Document]:
        return await self._newest({"kind": "direct", "pair": user_id}, after, limit, WHOLE, DIRECTS)

    async def newest_of(self, conversation_ids: Sequence[str], after: Place | None, limit: int) -> list[Document]:
        where: Document = {"_id": {"$in": list(conversation_ids)}, "deleted_at": None}
        if after is not None:
            ties = {"last_at": after.last_at, "_id": {"$gt": after.conversation_id}}
            where["$or"] = [{"last_at": {"$lt": after.last_at}}, ties]
        return await self.collection.find(where, WHOLE).sort(ORDER).hint("_id_").limit(limit).to_list()

    async def groups(self, after: Place | None, limit: int) -> list[Document]:
        return await self._newest({"kind": "group"}, after, limit, {"last_at": 1}, GROUPS)

    async def whole_groups(self, after: Place | None, limit: int) -> list[Document]:
        return await self._newest({"kind": "group"}, after, limit, WHOLE, GROUPS)

    async def unpaired(self, limit: int, but: Sequence[str] = ()) -> list[str]:
        where = {"kind": "direct", "pair": None, "_id": {"$nin": list(but)}}
        found = self.collection.find(where, {"_id": 1}).hint(DIRECTS).limit(limit)
        return [document["_id"] async for document in found]

    async def pair(self, pairs: Mapping[str, Sequence[str]]) -> None:
        if pairs:
            updates = [UpdateOne({"_id": key}, {"$set": {"pair": list(both)}}) for key, both in pairs.items()]
            await self.collection.bulk_write(updates, ordered=False)

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

    async def _newest(
        self, where: Document, after: Place | None, limit: int, fields: Document, index: str
    ) -> list[Document]:
        """In the order of the index, which has nothing to sort: so it reads no more than it gives."""
        if after is None:
            return await self.collection.find(where, fields).sort(ORDER).hint(index).limit(limit).to_list()
        ties = where | {"last_at": after.last_at, "_id": {"$gt": after.conversation_id}}
        found = await self.collection.find(ties, fields).sort(ORDER).hint(index).limit(limit).to_list()
        if len(found) < limit:
            older = self.collection.find(where | {"last_at": {"$lt": after.last_at}}, fields).sort(ORDER).hint(index)
            found += await older.limit(limit - len(found)).to_list()
        return found


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
