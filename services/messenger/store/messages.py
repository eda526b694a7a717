"""Messages. `_id` de-duplicates; the unique index on (conversation, seq) fences replicas from each other."""

from collections.abc import Collection, Sequence

from pymongo import ASCENDING, DESCENDING, ReturnDocument
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError, PyMongoError

from chassis.bus import Fact
from chassis.outbox import entries
from chassis.stores import MAJORITY
from services.messenger.domain.messages import Document, Unsure

DUPLICATE = 11000


class MongoMessages:
    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self.collection = database["messages"]
        self._majority = self.collection.with_options(read_concern=MAJORITY)

    async def start(self) -> None:
        await self.collection.create_index([("conversation_id", ASCENDING), ("seq", ASCENDING)], unique=True)

    async def insert(self, documents: Sequence[Document]) -> int:
        try:
            await self.collection.insert_many(documents, ordered=True)
        except BulkWriteError as error:
            # its str and its traceback hold the document: only code and index leave this place
            faults = error.details["writeErrors"]
            if len(faults) == 1 and faults[0]["code"] == DUPLICATE and not error.details["writeConcernErrors"]:
                return int(faults[0]["index"])
            raise Unsure from None
        except PyMongoError:
            raise Unsure from None
        return len(documents)

    async def known(self, message_ids: Sequence[str]) -> dict[str, Document]:
        found = await self._majority.find({"_id": {"$in": list(message_ids)}}, {"outbox": 0}).to_list()
        return {document["_id"]: document for document in found}

    async def by_ids(self, message_ids: Sequence[str]) -> dict[str, Document]:
        found = await self.collection.find({"_id": {"$in": list(message_ids)}}, {"outbox": 0}).to_list()
        return {document["_id"]: document for document in found}

    async def last_seqs(self, conversation_ids: Sequence[str]) -> dict[str, int]:
        # sorted and grouped like the index: a DISTINCT_SCAN, one key read per conversation
        cursor = await self._majority.aggregate(
            [
                {"$match": {"conversation_id": {"$in": list(conversation_ids)}}},
                {"$sort": {"conversation_id": -1, "seq": -1}},
                {"$group": {"_id": "$conversation_id", "seq": {"$first": "$seq"}}},
            ]
        )
        return {row["_id"]: row["seq"] async for row in cursor}

    async def page(
        self, conversation_id: str, above: int, below: int | None, limit: int, oldest: bool
    ) -> list[Document]:
        seqs = {"$gt": above} if below is None else {"$gt": above, "$lt": below}
        found = (
            await self.collection.find({"conversation_id": conversation_id, "seq": seqs}, {"outbox": 0})
            .sort("seq", ASCENDING if oldest else DESCENDING)
            .limit(limit)
            .to_list()
        )
        return found if oldest else found[::-1]

    async def at_places(self, places: Collection[tuple[str, int]]) -> dict[tuple[str, int], Document]:
        seqs: dict[str, list[int]] = {}
        for conversation_id, seq in places:
            seqs.setdefault(conversation_id, []).append(seq)
        if not seqs:
            return {}
        where = [{"conversation_id": key, "seq": {"$in": of_one}} for key, of_one in seqs.items()]
        found = await self.collection.find({"$or": where}, {"outbox": 0}).to_list()
        return {(document["conversation_id"], document["seq"]): document for document in found}

    async def after(self, message_id: str, limit: int) -> list[Document]:
        found = self._majority.find({"_id": {"$gt": message_id}}, {"outbox": 0}).sort("_id", ASCENDING)
        return await found.limit(limit).to_list()

    async def at(self, conversation_id: str, seq: int) -> Document | None:
        return await self._majority.find_one({"conversation_id": conversation_id, "seq": seq}, {"outbox": 0})

    async def revise(self, message: Document, fields: Document, fact: Fact) -> Document | None:
        try:
            return await self.collection.find_one_and_update(
                {"_id": message["_id"], "revision": message.get("revision")},
                {
                    "$set": {name: value for name, value in fields.items() if value is not None},
                    "$unset": {name: "" for name, value in fields.items() if value is None},
                    "$push": {"outbox": {"$each": entries([fact])}},
                },
                projection={"outbox": 1},
                return_document=ReturnDocument.AFTER,
            )
        except PyMongoError:
            raise Unsure from None
