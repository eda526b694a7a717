"""Notices in MongoDB, each with its event in its outbox until that has been told."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import DESCENDING
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError, PyMongoError

from chassis.bus import Fact, fact
from chassis.clock import rfc3339
from chassis.outbox import Outbox, entries
from chassis.stores import StoreAway, expire, is_away
from contracts.notifier import NOTICE_RAISED, NoticeRaised
from services.notifier.domain.notices import RaisedNotice, dismissal

Document = dict[str, Any]
_DUPLICATE = 11000


class MongoNotices:
    def __init__(self, collection: AsyncCollection[Document], outbox: Outbox) -> None:
        self._collection = collection
        self._outbox = outbox

    async def index(self, kept: timedelta) -> None:
        await self._collection.create_index(
            [("user_id", 1), ("raised_at", DESCENDING)],
            name="undismissed",
        )
        await expire(self._collection, "raised_at", int(kept.total_seconds()), name="kept")

    async def add(self, notices: Sequence[RaisedNotice]) -> None:
        facts = {notice.notice_id: _fact(notice) for notice in notices}
        if not facts:
            return
        try:
            known = await self._insert([_document(notice, facts[notice.notice_id]) for notice in notices])
            fresh = facts.keys() - set(known)
            await self._outbox.tell_soon((key, [facts[key]]) for key in facts if key in fresh)
            if known:
                left = await self._collection.find({"_id": {"$in": known}, "outbox.0": {"$exists": True}}).to_list()
                await self._outbox.tell_pending(left)
        except PyMongoError as error:
            if is_away(error):
                raise StoreAway(type(error).__name__) from error
            raise

    async def _insert(self, documents: Sequence[Document]) -> list[str]:
        """The ids of those that were there already."""
        try:
            await self._collection.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            details = error.details or {}
            if details.get("writeConcernErrors"):  # they are there, perhaps not on a majority
                raise StoreAway(type(error).__name__) from error
            failures = details.get("writeErrors", [])
            if any(each["code"] != _DUPLICATE for each in failures):
                raise
            return [documents[each["index"]]["_id"] for each in failures]
        return []

    async def undismissed(self, user_id: str, count_max: int) -> list[RaisedNotice]:
        found = self._collection.find({"user_id": user_id, "dismissed_at": None})
        newest = found.sort([("raised_at", DESCENDING), ("_id", DESCENDING)]).limit(count_max)
        return [_notice(document) async for document in newest]

    async def dismiss(self, notice_id: str, user_id: str, at: datetime) -> bool:
        theirs = {"_id": notice_id, "user_id": user_id}
        told = {"$push": {"outbox": {"$each": entries([dismissal(notice_id, user_id, at)])}}}
        done = await self._collection.update_one(
            {**theirs, "dismissed_at": None}, {"$set": {"dismissed_at": at}, **told}
        )
        if done.matched_count:
            await self._outbox.tell_of([notice_id])
            return True
        return await self._collection.find_one(theirs, {"_id": 1}) is not None


def _fact(notice: RaisedNotice) -> Fact:
    return fact(
        NOTICE_RAISED,
        NoticeRaised(user_id=notice.user_id, notice=notice.notice()),
        notice.user_id,
        id=notice.notice_id,
        at=notice.raised_at,
    )


def _document(notice: RaisedNotice, told: Fact) -> Document:
    return {
        "_id": notice.notice_id,
        "user_id": notice.user_id,
        "code": notice.code,
        "severity": notice.severity,
        "message": notice.message,
        "raised_at": datetime.fromisoformat(notice.raised_at),
        "conversation_id": notice.conversation_id,
        "outbox": entries([told]),
    }


def _notice(document: Document) -> RaisedNotice:
    return RaisedNotice(
        notice_id=document["_id"],
        user_id=document["user_id"],
        code=document["code"],
        severity=document["severity"],
        message=document["message"],
        raised_at=rfc3339(document["raised_at"]),
        conversation_id=document.get("conversation_id"),
    )
