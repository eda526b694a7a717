"""The sessions collection: one document per login, changed in single updates that carry what they tell."""

import asyncio
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument
from pymongo.asynchronous.database import AsyncDatabase

from chassis.bus import Bus, fact
from chassis.clock import Clock, rfc3339
from chassis.outbox import Outbox, entries
from chassis.stores import expire
from chassis.tasks import Tasks
from contracts.auth import SESSION_ENDED, SESSION_STARTED, SessionEnded, SessionStarted
from services.auth.domain.sessions import SUPERSEDED_KEPT, Session, Superseded

Document = dict[str, Any]
TELL_S = 2.5
KEPT_S = 7 * 24 * 3600
"""After it expired: until then its tokens are known to be expired, not unknown."""


class MongoSessions:
    def __init__(self, database: AsyncDatabase[Document], bus: Bus, tasks: Tasks, clock: Clock) -> None:
        self._sessions = database["sessions"]
        self.outbox = Outbox(bus, self._sessions, tasks, clock=clock)

    async def make_indexes(self) -> None:
        await self._sessions.create_index("user_id", name="user")
        await expire(self._sessions, "expires_at", KEPT_S, name="expiry")

    async def start(self, session: Session) -> None:
        at = rfc3339(session.created_at)
        body = SessionStarted(session_id=session.session_id, user_id=session.user_id, at=at)
        told = fact(SESSION_STARTED, body, session.user_id, id=f"{session.session_id}.started", at=at)
        await self._sessions.insert_one({**_document(session), "outbox": entries([told])})
        await self.outbox.tell_soon([(session.session_id, [told])])

    async def by_id(self, session_id: str) -> Session | None:
        return _maybe(await self._sessions.find_one({"_id": session_id}))

    async def rotate(self, session: Session, now: datetime, expires_at: datetime) -> Session | None:
        return _maybe(
            await self._sessions.find_one_and_update(
                {"_id": session.session_id, "generation": session.generation, "ended_at": None},
                {
                    "$inc": {"generation": 1},
                    "$set": {"expires_at": expires_at},
                    "$push": {
                        "superseded": {
                            "$each": [{"generation": session.generation, "at": now}],
                            "$slice": -SUPERSEDED_KEPT,
                        }
                    },
                },
                return_document=ReturnDocument.AFTER,
            )
        )

    async def end(self, session: Session, reason: str, now: datetime) -> None:
        at = rfc3339(now)
        body = SessionEnded(session_id=session.session_id, user_id=session.user_id, reason=reason, at=at)
        told = fact(SESSION_ENDED, body, session.user_id, id=f"{session.session_id}.ended", at=at)
        document = await self._sessions.find_one_and_update(
            {"_id": session.session_id, "ended_at": None},
            {"$set": {"ended_at": now, "reason": reason}, "$push": {"outbox": {"$each": entries([told])}}},
            return_document=ReturnDocument.AFTER,
        )
        if document is not None:
            try:
                async with asyncio.timeout(TELL_S):
                    await self.outbox.tell_pending([document])
            except TimeoutError:
                pass  # it is in the outbox: the sweep tells it


def _document(session: Session) -> Document:
    return {
        "_id": session.session_id,
        "user_id": session.user_id,
        "generation": session.generation,
        "created_at": session.created_at,
        "expires_at": session.expires_at,
    }


def _maybe(document: Document | None) -> Session | None:
    if document is None:
        return None
    return Session(
        session_id=document["_id"],
        user_id=document["user_id"],
        generation=document["generation"],
        created_at=document["created_at"],
        expires_at=document["expires_at"],
        superseded=tuple(Superseded(one["generation"], one["at"]) for one in document.get("superseded", ())),
        ended_at=document.get("ended_at"),
        reason=document.get("reason"),
    )
