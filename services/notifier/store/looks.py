"""Looks in MongoDB, one document for each conversation in which something was said that nobody looked at.

`due_at`; `seq`, the last that was said; `claim` and `claimed_until` while somebody looks.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import UpdateOne
from pymongo.asynchronous.collection import AsyncCollection

from chassis.clock import new_id
from chassis.stores import expire
from services.notifier.domain.missed import Look, Said
from services.notifier.store.away import away

Document = dict[str, Any]
UNCLAIMED = {"claim": "", "claimed_until": ""}


def claimable(now: datetime) -> Document:
    """With no claim, or one of somebody who is gone; absent is found by None."""
    return {"due_at": {"$lte": now}, "$or": [{"claimed_until": None}, {"claimed_until": {"$lte": now}}]}


class MongoLooks:
    def __init__(self, collection: AsyncCollection[Document]) -> None:
        self._collection = collection

    async def index(self, kept: timedelta) -> None:
        await expire(self._collection, "due_at", int(kept.total_seconds()), name="due")

    async def ask_for(self, said: Sequence[Said], after: timedelta) -> None:
        first: dict[str, datetime] = {}
        last: dict[str, int] = {}
        for one in said:
            key = one.conversation_id
            first[key] = min(first.get(key, one.at), one.at)
            last[key] = max(last.get(key, 0), one.seq)
        updates = [
            UpdateOne({"_id": key}, {"$max": {"seq": last[key]}, "$min": {"due_at": first[key] + after}}, upsert=True)
            for key in last
        ]
        if updates:
            with away():
                await self._collection.bulk_write(updates, ordered=False)

    async def claim(self, now: datetime, until: datetime) -> Look | None:
        claim = new_id("look")
        taken = {"$set": {"claim": claim, "claimed_until": until}}
        with away():
            found = await self._collection.find_one_and_update(claimable(now), taken, sort=[("due_at", 1)])
        return Look(found["_id"], found["seq"], claim) if found else None

    async def done(self, look: Look, again_at: datetime) -> None:
        mine = {"_id": look.conversation_id, "claim": look.claim}
        with away():
            if not (await self._collection.delete_one(mine | {"seq": look.seq})).deleted_count:
                await self._collection.update_one(mine, {"$set": {"due_at": again_at}, "$unset": UNCLAIMED})

    async def put_off(self, look: Look, until: datetime) -> None:
        mine = {"_id": look.conversation_id, "claim": look.claim}
        with away():
            await self._collection.update_one(mine, {"$set": {"due_at": until}, "$unset": UNCLAIMED})
