"""Memberships: one document per person and conversation; it stays when the person leaves."""

from collections.abc import Iterable, Mapping, Sequence

from pymongo import ASCENDING, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError

from chassis.bus import Fact
from chassis.outbox import entries
from services.messenger.domain.ids import membership_id
from services.messenger.domain.memberships import Document
from services.messenger.domain.messages import Unsure

CHUNK = 500
DUPLICATE = 11000


class MongoMemberships:
    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self.collection = database["memberships"]

    async def start(self) -> None:
        await self.collection.create_index([("user_id", ASCENDING), ("state", ASCENDING)])
        await self.collection.create_index(
            [("conversation_id", ASCENDING), ("state", ASCENDING), ("user_id", ASCENDING)]
        )

    async def get(self, conversation_id: str, user_id: str) -> Document | None:
        return await self.collection.find_one({"_id": membership_id(conversation_id, user_id)})

    async def by_ids(self, membership_ids: Iterable[str]) -> dict[str, Document]:
        found = await self.collection.find({"_id": {"$in": list(membership_ids)}}).to_list()
        return {document["_id"]: document for document in found}

    async def of_sending(self, membership_ids: Iterable[str], direct_ids: Iterable[str]) -> list[Document]:
        named = {"_id": {"$in": list(membership_ids)}}
        direct = list(direct_ids)
        if not direct:
            return await self.collection.find(named).to_list()
        both = {"conversation_id": {"$in": direct}}
        return await self.collection.find({"$or": [named, both]}).to_list()

    async def insert(self, documents: Sequence[Document]) -> None:
        for start in range(0, len(documents), CHUNK):
            try:
                await self.collection.insert_many(documents[start : start + CHUNK], ordered=False)
            except BulkWriteError as error:
                codes = {fault["code"] for fault in error.details["writeErrors"]}
                if codes != {DUPLICATE} or error.details["writeConcernErrors"]:
                    raise Unsure from None

    async def of_user(self, user_id: str) -> list[Document]:
        return await self.collection.find({"user_id": user_id, "state": "member"}, {"outbox": 0}).to_list()

    async def of_users(self, user_ids: Sequence[str], left_since: str) -> list[Document]:
        users = {"user_id": {"$in": list(user_ids)}}
        here, gone = users | {"state": "member"}, users | {"state": "left", "left_at": {"$gte": left_since}}
        return await self.collection.find({"$or": [here, gone]}, {"outbox": 0}).to_list()

    async def counts(self, user_ids: Sequence[str]) -> dict[str, int]:
        cursor = await self.collection.aggregate(
            [
                {"$match": {"user_id": {"$in": list(user_ids)}, "state": "member"}},
                {"$group": {"_id": "$user_id", "count": {"$sum": 1}}},
            ]
        )
        return {row["_id"]: row["count"] async for row in cursor}

    async def count(self, conversation_id: str) -> int:
        return await self.collection.count_documents({"conversation_id": conversation_id, "state": "member"})

    async def member_ids(self, conversation_id: str, after: str = "", limit: int = 0) -> list[str]:
        where = {"conversation_id": conversation_id, "state": "member", "user_id": {"$gt": after}}
        found = self.collection.find(where, {"_id": 0, "user_id": 1}).sort("user_id", ASCENDING).limit(limit)
        return [document["user_id"] async for document in found]

    async def listed(self, conversation_ids: Sequence[str]) -> dict[str, list[str]]:
        where = {"conversation_id": {"$in": list(conversation_ids)}, "state": "member"}
        listed: dict[str, list[str]] = {key: [] for key in conversation_ids}
        async for document in self.collection.find(where, {"_id": 0, "conversation_id": 1, "user_id": 1}):
            listed[document["conversation_id"]].append(document["user_id"])
        return listed

    async def join_again(self, joins: Sequence[tuple[Document, Sequence[Fact]]]) -> None:
        await self._write(
            UpdateOne(
                {"_id": document["_id"], "state": "left", "joins": document["joins"] - 1},
                {
                    "$set": {key: document[key] for key in ("state", "from_seq", "read_seq", "joined_at", "joins")},
                    "$unset": {"left_at": "", "left_reason": ""},
                    "$push": {"outbox": {"$each": entries(facts)}},
                },
            )
            for document, facts in joins
        )

    async def leave(self, membership_ids: Sequence[str], at: str, facts: Mapping[str, Sequence[Fact]]) -> None:
        await self._write(
            UpdateOne(
                {"_id": key, "state": "member"},
                {
                    "$set": {"state": "left", "left_at": at, "left_reason": "removed"},
                    "$push": {"outbox": {"$each": entries(facts[key])}},
                },
            )
            for key in membership_ids
        )

    async def read(self, conversation_id: str, user_id: str, seq: int, facts: Sequence[Fact]) -> bool:
        done = await self.collection.update_one(
            {"_id": membership_id(conversation_id, user_id), "state": "member", "read_seq": {"$lt": seq}},
            {"$set": {"read_seq": seq}, "$push": {"outbox": {"$each": entries(facts)}}},
        )
        return done.modified_count == 1

    async def advance(self, markers: Mapping[str, int]) -> None:
        await self._write(UpdateOne({"_id": key}, {"$max": {"read_seq": seq}}) for key, seq in markers.items())

    async def _write(self, updates: Iterable[UpdateOne]) -> None:
        listed = list(updates)
        for start in range(0, len(listed), CHUNK):
            await self.collection.bulk_write(listed[start : start + CHUNK], ordered=False)
