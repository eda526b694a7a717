"""Memberships: one document per person and conversation; it stays when the person leaves."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, ReturnDocument, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError, DuplicateKeyError

from chassis.bus import Fact
from chassis.outbox import INDEX, entries
from chassis.stores import expire
from services.messenger.domain.ids import membership_id
from services.messenger.domain.memberships import ADDED, REMOVED, Change, Document
from services.messenger.domain.messages import Unsure

CHUNK = 500
DUPLICATE = 11000
SEEN = ("version", "read_seq", "read_version", "own_version")
"""What a person's own change is decided on."""
GROUPS = {"$gte": "g_", "$lt": "g`"}
"""All ids that begin like those of groups, and no others."""
OWN = {"muted": "", "pin": ""}


class MongoMemberships:
    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self.collection = database["memberships"]

    async def start(self) -> None:
        await self.collection.create_index([("user_id", ASCENDING), ("state", ASCENDING), ("left_at", DESCENDING)])
        await self.collection.create_index(
            [("user_id", ASCENDING), ("state", ASCENDING), ("conversation_id", ASCENDING)], name="places"
        )
        await self.collection.create_index(
            [("conversation_id", ASCENDING), ("state", ASCENDING), ("user_id", ASCENDING)]
        )
        await self.collection.create_index(
            [("user_id", ASCENDING), ("pin", ASCENDING)],
            name="pins",
            unique=True,
            partialFilterExpression={"pin": {"$gte": 0}},
        )
        await expire(self.collection, "forget_at", 0, name="forgotten")

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
        if not documents:
            return
        try:
            await self.collection.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            codes = {fault["code"] for fault in error.details["writeErrors"]}
            if codes != {DUPLICATE} or error.details["writeConcernErrors"]:
                raise Unsure from None

    async def of_user(self, user_id: str) -> list[Document]:
        return await self.collection.find({"user_id": user_id, "state": "member"}, {"outbox": 0}).to_list()

    async def places_of(self, user_id: str) -> list[Document]:
        shown = {"_id": 0, "conversation_id": 1, "from_seq": 1, "joined_at": 1}
        return await self.collection.find({"user_id": user_id, "state": "member"}, shown).to_list()

    async def group_ids(self, user_id: str, limit: int = 0) -> list[str]:
        where = {"user_id": user_id, "state": "member", "conversation_id": GROUPS}
        found = self.collection.find(where, {"_id": 0, "conversation_id": 1}).hint("places").limit(limit)
        return [document["conversation_id"] async for document in found]

    async def of_users(self, user_ids: Sequence[str], left_since: str, lost_max: int) -> list[Document]:
        users = {"user_id": {"$in": list(user_ids)}}
        gone = self.collection.find(users | {"state": "left", "left_at": {"$gte": left_since}}, {"outbox": 0})
        here, lost = await asyncio.gather(
            self.collection.find(users | {"state": "member"}, {"outbox.data": 0}).to_list(),
            gone.sort("left_at", DESCENDING).limit(lost_max).to_list(),
        )
        return here + lost

    async def counts(self, user_ids: Sequence[str], left_since: str | None = None) -> dict[str, int]:
        users = {"user_id": {"$in": list(user_ids)}}
        which: list[Document] = [users | {"state": "member"}]
        if left_since is not None:
            which.append(users | {"state": "left", "left_at": {"$gte": left_since}})
        cursor = await self.collection.aggregate(
            [{"$match": {"$or": which}}, {"$group": {"_id": "$user_id", "count": {"$sum": 1}}}]
        )
        return {row["_id"]: row["count"] async for row in cursor}

    async def untold(self, conversation_id: str, limit: int) -> list[Document]:
        come_or_gone = {"$in": [ADDED, REMOVED]}
        where = {"conversation_id": conversation_id, "outbox.at": {"$gt": ""}, "outbox.type": come_or_gone}
        found = self.collection.find(where, {"outbox": 1}).hint(INDEX).sort("_id", DESCENDING)
        return await found.limit(limit).to_list()

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

    async def join_again(self, documents: Sequence[Document]) -> None:
        await self._write(
            UpdateOne(
                {"_id": document["_id"], "state": "left", **_older_than(document["version"])},
                {
                    "$set": {key: document[key] for key in ("state", "from_seq", "read_seq", "joined_at", "version")},
                    "$unset": dict.fromkeys(("left_at", "left_reason", "forget_at", "sent_above"), ""),
                    "$push": {"outbox": {"$each": document["outbox"]}},
                },
            )
            for document in documents
        )

    async def leave(self, facts: Mapping[str, Sequence[Fact]], version: int, at: str, forget_at: datetime) -> None:
        await self._write(
            UpdateOne(
                {"_id": key, "state": "member", **_older_than(version)},
                {
                    "$set": _left(version, at, "removed", forget_at),
                    "$unset": OWN,
                    "$push": {"outbox": {"$each": entries(of_one)}},
                },
            )
            for key, of_one in facts.items()
        )

    async def end(self, conversation_id: str, version: int, at: str, forget_at: datetime) -> None:
        where = {"conversation_id": conversation_id, "state": "member", **_older_than(version)}
        await self.collection.update_many(where, {"$set": _left(version, at, "deleted", forget_at), "$unset": OWN})

    async def readers(self, conversation_id: str, after: str = "", limit: int = 0) -> list[Document]:
        where = {"conversation_id": conversation_id, "state": "member", "user_id": {"$gt": after}}
        found = self.collection.find(where, {"_id": 0, "user_id": 1, "read_seq": 1, "from_seq": 1})
        return await found.sort("user_id", ASCENDING).limit(limit).to_list()

    async def behind(self, conversation_id: str, seq: int, after: str, limit: int) -> list[str]:
        where = {"conversation_id": conversation_id, "state": "member", "user_id": {"$gt": after}}
        missed = {"read_seq": {"$lt": seq}, "from_seq": {"$lt": seq}, "muted": {"$ne": True}}
        found = self.collection.find(where | missed, {"_id": 0, "user_id": 1}).sort("user_id", ASCENDING).limit(limit)
        return [document["user_id"] async for document in found]

    async def pins(self, user_id: str) -> list[int]:
        found = self.collection.find({"user_id": user_id, "pin": {"$gte": 0}}, {"_id": 0, "pin": 1})
        return [document["pin"] async for document in found]

    async def revise(self, membership: Document, change: Change) -> Document | None:
        fields, gone = change.fields, [name for name, value in change.fields.items() if value is None]
        update: Document = {
            "$set": {name: value for name, value in fields.items() if value is not None},
            "$push": {"outbox": {"$each": entries([change.fact])}},
        }
        if gone:
            update["$unset"] = dict.fromkeys(gone, "")
        # what is absent is found by None
        seen = {name: membership.get(name) for name in SEEN}
        where = {"_id": membership["_id"], "state": "member", **seen}
        try:
            return await self.collection.find_one_and_update(where, update, return_document=ReturnDocument.AFTER)
        except DuplicateKeyError:  # of the pin
            return None

    async def advance(self, markers: Mapping[str, int]) -> None:
        await self._write(
            UpdateOne({"_id": key, "sent_above": {"$not": {"$gte": seq}}}, {"$max": {"read_seq": seq}})
            for key, seq in markers.items()
        )

    async def _write(self, updates: Iterable[UpdateOne]) -> None:
        listed = list(updates)
        for start in range(0, len(listed), CHUNK):
            await self.collection.bulk_write(listed[start : start + CHUNK], ordered=False)


def _older_than(version: int) -> dict[str, Any]:
    """Whoever comes late with an older change of the group finds nothing to write."""
    return {"version": {"$not": {"$gte": version}}}


def _left(version: int, at: str, reason: str, forget_at: datetime) -> Document:
    return {"state": "left", "version": version, "left_at": at, "left_reason": reason, "forget_at": forget_at}
