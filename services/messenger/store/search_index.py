"""The search index: a document for each message, with its words; what is deleted leaves its revision for a while.

One index holds each word with the times it was said at: written at the end of each word, read from there. See
docs/decisions/0013-search-behind-the-stream.md.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pymongo
from pymongo import ASCENDING, InsertOne, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError, PyMongoError

from chassis.clock import Clock
from chassis.stores import StoreAway, expire, is_away
from services.messenger.domain.search import Entry, Hit, Late, Terms, not_indexed
from services.messenger.domain.words import WORDING

Document = dict[str, Any]
DUPLICATE = 11000
WORDS, PLACES = "words", "places"
_SHOWN = {"_id": 0, "sent_at": 1, "seq": 1, "conversation_id": 1}


class MongoSearchIndex:
    def __init__(self, database: AsyncDatabase[Document], clock: Clock, kept_for: timedelta) -> None:
        """`kept_for`: longer than the stream can bring again what was said before it was deleted."""
        self.collection = database[f"search_{WORDING}"]
        self._clock = clock
        self._kept_for = kept_for

    async def start(self) -> None:
        await self.collection.create_index(
            [("words", ASCENDING), ("sent_at", ASCENDING), ("seq", ASCENDING), ("conversation_id", ASCENDING)],
            name=WORDS,
        )
        await self.collection.create_index([("conversation_id", ASCENDING), ("seq", ASCENDING)], name=PLACES)
        await expire(self.collection, "gone_at", int(self._kept_for.total_seconds()), name="gone")

    async def write(self, entries: Sequence[Entry]) -> None:
        newest: dict[str, Entry] = {}
        for entry in entries:
            if entry.message_id not in newest or newest[entry.message_id].revision < entry.revision:
                newest[entry.message_id] = entry
        changed = [entry for entry in newest.values() if entry.revision]
        # of two who are the first to write a message, at once, the newer one can meet the other's `_id`, too
        if newest and not await self._are_new(list(newest.values())) and changed:
            await self._are_new(changed)

    async def _are_new(self, entries: Sequence[Entry]) -> bool:
        """Writes them. False: some met an `_id`."""
        try:
            await self.collection.bulk_write([self._written(entry) for entry in entries], ordered=False)
        except BulkWriteError as error:
            # its str and its traceback hold the words: only codes leave this place
            details: Mapping[str, Any] = error.details or {}
            if details.get("writeConcernErrors"):
                raise StoreAway(type(error).__name__) from None
            codes = {fault["code"] for fault in details.get("writeErrors", [])} - {DUPLICATE}
            if codes:
                raise not_indexed(min(codes)) from None
            return False
        except PyMongoError as error:
            if is_away(error):
                raise StoreAway(type(error).__name__) from None
            raise not_indexed(type(error).__name__) from None
        return True

    def _written(self, entry: Entry) -> InsertOne[Document] | UpdateOne:
        """A repeat, and what is older than what is there, meets the `_id`."""
        document: Document = {
            "conversation_id": entry.conversation_id,
            "seq": entry.seq,
            "revision": entry.revision,
            **({"sent_at": entry.sent_at, "words": entry.words} if entry.words else {"gone_at": self._clock.now()}),
        }
        if entry.revision == 0:
            return InsertOne({"_id": entry.message_id, **document})
        gone = {} if entry.words else {"$unset": {"sent_at": "", "words": ""}}
        is_older = {"_id": entry.message_id, "revision": {"$lt": entry.revision}}
        return UpdateOne(is_older, {"$set": document, **gone}, upsert=True)

    async def hits(self, terms: Terms, places: Collection[str], count_max: int, timeout_s: float) -> list[Hit]:
        return await self._hits(_filter(terms, places), WORDS, count_max, timeout_s)

    async def hits_of_few(self, terms: Terms, places: Collection[str], timeout_s: float) -> list[Hit]:
        return await self._hits(_filter(terms, places), PLACES, 0, timeout_s)

    async def _hits(self, where: Document, index: str, count_max: int, timeout_s: float) -> list[Hit]:
        try:
            with pymongo.timeout(timeout_s):
                found = await self.collection.find(where, _SHOWN).hint(index).limit(count_max).to_list()
        except PyMongoError as error:
            if error.timeout:
                raise Late from None
            raise
        return [Hit(document["sent_at"], document["seq"], document["conversation_id"]) for document in found]

    async def forget(self, conversation_id: str, through_seq: int) -> None:
        await self.collection.delete_many({"conversation_id": conversation_id, "seq": {"$lte": through_seq}})


def _filter(terms: Terms, places: Collection[str]) -> Document:
    words: list[Document] = [{"words": word} for word in terms.words]
    if terms.beginning:
        words.append({"words": {"$regex": f"^{terms.beginning}"}})
    said: dict[str, datetime] = {"$gte": terms.since, "$lt": terms.until}
    return {"$and": words, "sent_at": said, "conversation_id": {"$in": list(places)}}
