"""What people missed, in MongoDB: one document for each person who is, or lately was, to be mailed.

`waiting`: the conversations; `due_at` while there are any; `revision`, one more with each look that adds; `claim` and
`claimed_until` while somebody sees to it; `handing`: the id of the mail from the moment it is being handed over until that has
ended; `told` and `sent_at` of the mails before, that one included; `changed_at` for the end of all this.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pymongo import UpdateOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError

from chassis.clock import Clock, new_id
from chassis.stores import StoreAway, expire
from services.notifier.domain.missed import Missed, told_then
from services.notifier.store.away import away
from services.notifier.store.looks import UNCLAIMED, claimable

Document = dict[str, Any]
CHUNK = 500
DUPLICATE = 11000


class MongoMissedMails:
    def __init__(self, collection: AsyncCollection[Document], clock: Clock) -> None:
        self._collection = collection
        self._clock = clock

    async def index(self, kept: timedelta) -> None:
        await self._collection.create_index("due_at", name="due", sparse=True)
        await self._collection.create_index("handing", name="handing", sparse=True)
        await expire(self._collection, "changed_at", int(kept.total_seconds()), name="kept")

    async def add(self, conversation_id: str, due: Mapping[str, datetime]) -> None:
        now = self._clock.now()
        updates = [
            UpdateOne(
                {"_id": user_id},
                {
                    "$addToSet": {"waiting": conversation_id},
                    "$min": {"due_at": at},
                    "$inc": {"revision": 1},
                    "$set": {"changed_at": now},
                },
                upsert=True,
            )
            for user_id, at in due.items()
        ]
        for start in range(0, len(updates), CHUNK):
            with away():
                await self._write(updates[start : start + CHUNK])

    async def _write(self, updates: list[UpdateOne]) -> None:
        try:
            await self._collection.bulk_write(updates, ordered=False)
        except BulkWriteError as error:
            # two looks made the same person's document: the same again finds it
            if any(fault["code"] != DUPLICATE for fault in error.details["writeErrors"]):
                raise
            raise StoreAway(type(error).__name__) from error

    async def claim(self, now: datetime, until: datetime) -> Missed | None:
        claim = new_id("mail")
        taken = {"$set": {"claim": claim, "claimed_until": until}}
        due = claimable(now) | {"handing": None}
        with away():
            found = await self._collection.find_one_and_update(due, taken, sort=[("due_at", 1)])
        return _missed(found, claim) if found else None

    async def put_off(self, missed: Missed, until: datetime, *, has_failed: bool = False) -> None:
        """Also after `begin`: as if that had not been."""
        then: Document = {"due_at": until, "told": dict(missed.told)}
        if has_failed:
            then["attempts"] = missed.attempts + 1
        gone = UNCLAIMED | {"handing": ""}
        if missed.sent_at is None:
            gone["sent_at"] = ""
        else:
            then["sent_at"] = missed.sent_at
        with away():
            await self._collection.update_one(_mine(missed), {"$set": then, "$unset": gone})

    async def drop(self, missed: Missed) -> None:
        await self._settle(missed, self._clock.now())

    async def begin(self, missed: Missed, mail_id: str, told: Mapping[str, int], at: datetime) -> bool:
        begun = {"handing": mail_id, "told": told_then(missed.told, told), "sent_at": at, "changed_at": at}
        with away():
            result = await self._collection.update_one(_mine(missed), {"$set": begun})
        return result.modified_count == 1

    async def end(self, missed: Missed) -> None:
        await self._settle(missed, self._clock.now())

    async def reconsider(self, user_id: str, now: datetime) -> None:
        with away():
            await self._collection.update_one({"_id": user_id, "due_at": {"$gt": now}}, {"$set": {"due_at": now}})

    async def left(self, now: datetime) -> str | None:
        gone = {"handing": {"$gt": ""}, "claimed_until": {"$lte": now}}
        with away():
            found = await self._collection.find_one(gone)
            if found is None:
                return None
            # what of it was added since it was claimed is not known; what was told is not told again
            over = {"$set": {"due_at": now}, "$unset": UNCLAIMED | {"handing": ""}}
            mine = {"_id": found["_id"], "claim": found["claim"], "handing": found["handing"]}
            result = await self._collection.update_one(mine, over)
        return str(found["handing"]) if result.modified_count else None

    async def _settle(self, missed: Missed, now: datetime) -> None:
        over = [*UNCLAIMED, "handing", "attempts"]
        with away():
            unchanged = _mine(missed) | {"revision": missed.revision}
            result = await self._collection.update_one(
                unchanged, {"$unset": dict.fromkeys([*over, "waiting", "due_at"], "")}
            )
            if not result.matched_count:
                await self._collection.update_one(
                    _mine(missed), {"$set": {"due_at": now}, "$unset": dict.fromkeys(over, "")}
                )


def _mine(missed: Missed) -> Document:
    return {"_id": missed.user_id, "claim": missed.claim}


def _missed(document: Document, claim: str) -> Missed:
    return Missed(
        user_id=document["_id"],
        conversation_ids=document["waiting"],
        told=document.get("told", {}),
        sent_at=document.get("sent_at"),
        revision=document["revision"],
        attempts=document.get("attempts", 0),
        claim=claim,
    )
