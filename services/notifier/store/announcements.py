"""Announcements in MongoDB, each with its event in its outbox until that has been told, and who has dismissed it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError, PyMongoError

from chassis.bus import fact
from chassis.outbox import Outbox, entries
from chassis.stores import StoreAway, expire, is_away
from contracts.notifier import NOTICE_ANNOUNCED, NoticeAnnounced
from services.notifier.domain.losses import Announcement
from services.notifier.domain.notices import dismissal

Document = dict[str, Any]


class MongoAnnouncements:
    def __init__(self, collection: AsyncCollection[Document], outbox: Outbox) -> None:
        self._collection = collection
        self._outbox = outbox

    async def index(self, kept: timedelta) -> None:
        await expire(self._collection, "raised_at", int(kept.total_seconds()), name="kept")

    async def announce(self, announcement: Announcement) -> None:
        notice = announcement.notice
        assert notice.notice_id is not None and notice.raised_at is not None
        body = NoticeAnnounced(audience=announcement.audience, roles=list(announcement.roles), notice=notice)
        told = fact(NOTICE_ANNOUNCED, body, announcement.audience, id=notice.notice_id, at=notice.raised_at)
        document = {
            "_id": notice.notice_id,
            "raised_at": datetime.fromisoformat(notice.raised_at).astimezone(UTC),
            "outbox": entries([told]),
        }
        try:
            await self._collection.insert_one(document)
        except DuplicateKeyError:
            return  # another replica was first; what it left untold is told all the same
        except PyMongoError as error:
            if is_away(error):
                raise StoreAway(type(error).__name__) from error
            raise
        await self._outbox.tell_soon([(notice.notice_id, [told])])

    async def dismissed(self, notice_ids: Sequence[str], user_id: str) -> set[str]:
        found = self._collection.find({"_id": {"$in": list(notice_ids)}, "dismissed_by": user_id}, {"_id": 1})
        return {str(document["_id"]) async for document in found}

    async def dismiss(self, notice_id: str, user_id: str, at: datetime) -> bool:
        told = {"outbox": {"$each": entries([dismissal(notice_id, user_id, at)])}}
        done = await self._collection.update_one(
            {"_id": notice_id, "dismissed_by": {"$ne": user_id}}, {"$push": {"dismissed_by": user_id, **told}}
        )
        if done.matched_count:
            await self._outbox.tell_of([notice_id])
            return True
        return await self._collection.find_one({"_id": notice_id}, {"_id": 1}) is not None
