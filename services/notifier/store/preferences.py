"""Wishes in MongoDB, one document for each person who has said any."""

from typing import Any

import msgspec
from pymongo import ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection

from contracts.limits import SILENT_MAX
from contracts.notifier import QuietHours, SetPreferences
from services.notifier.domain.preferences import Wishes, silenced
from services.notifier.store.away import away

Document = dict[str, Any]


class MongoPreferences:
    def __init__(self, collection: AsyncCollection[Document]) -> None:
        self._collection = collection

    async def of(self, user_id: str) -> Wishes:
        with away():
            return _wishes(await self._collection.find_one({"_id": user_id}))

    async def change(self, user_id: str, request: SetPreferences) -> Wishes | None:
        known: Document = {"$ifNull": ["$silent", []]}
        update: Document = {}
        where: Document = {"_id": user_id}
        if request.mail is not None:
            update["mail"] = request.mail
        if request.language is not None:
            update["language"] = request.language
        if request.quiet_hours is not None:
            update["quiet_hours"] = {"$literal": msgspec.to_builtins(request.quiet_hours)}
        if request.conversations is not None:
            wanted = silenced(request.conversations)
            named, silent = list(wanted), [key for key, is_silent in wanted.items() if is_silent]
            others = {"$filter": {"input": known, "cond": {"$not": [{"$in": ["$$this", {"$literal": named}]}]}}}
            update["silent"] = {"$concatArrays": [others, {"$literal": silent}]}
            where["$expr"] = {"$lte": [{"$size": update["silent"]}, SILENT_MAX]}
        with away():
            return await self._put(user_id, where, update)

    async def _put(self, user_id: str, where: Document, update: Document) -> Wishes | None:
        if not update:
            return await self.of(user_id)
        # by itself: an upsert may not ask how many there would be
        await self._collection.update_one({"_id": user_id}, {"$setOnInsert": {"mail": True}}, upsert=True)
        found = await self._collection.find_one_and_update(
            where, [{"$set": update}], return_document=ReturnDocument.AFTER
        )
        return None if found is None else _wishes(found)


def _wishes(document: Document | None) -> Wishes:
    if document is None:
        return Wishes()
    quiet = document.get("quiet_hours")
    return Wishes(
        mail=document.get("mail", True),
        silent=document.get("silent", ()),
        quiet_hours=QuietHours(**quiet) if quiet else None,
        language=document.get("language", ""),
    )
