"""The sessions collection: one document per login, changed in single updates that carry what they tell."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, ReturnDocument, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from chassis.bus import Bus, Fact, fact
from chassis.clock import Clock, rfc3339
from chassis.outbox import Outbox, entries
from chassis.stores import expire
from chassis.tasks import Tasks
from contracts.auth import SESSION_ENDED, SESSION_STARTED, SessionEnded, SessionStarted
from services.auth.domain.sessions import OPEN_MAX, SUPERSEDED_KEPT, AlreadyEnded, Session, Superseded
from services.auth.store.together import Transaction

Document = dict[str, Any]
BEYOND_AT_ONCE = 100
"""Sessions that end for one that starts. There is more than one only where more were allowed before."""
KEPT_S = 7 * 24 * 3600
"""After it expired: until then its tokens are known to be expired, not unknown."""

_ENDED: Document = {"ended_at": {"$gt": datetime(1970, 1, 1, tzinfo=UTC)}}
_TOKENS: Document = {"token_hash": {"$exists": True}}


class MongoSessions:
    def __init__(self, database: AsyncDatabase[Document], bus: Bus, tasks: Tasks, clock: Clock) -> None:
        self._sessions = database["sessions"]
        self._bus = bus
        self.outbox = Outbox(bus, self._sessions, tasks, clock=clock)

    async def make_indexes(self) -> None:
        await self._sessions.create_index(
            [("user_id", ASCENDING), ("ended_at", ASCENDING), ("used_at", ASCENDING)], name="open"
        )
        await self._sessions.create_index("token_hash", name="token", unique=True, partialFilterExpression=_TOKENS)
        await self._sessions.create_index("ended_at", name="ended", partialFilterExpression=_ENDED)
        await expire(self._sessions, "expires_at", KEPT_S, name="expiry")

    async def start(self, transaction: Transaction, session: Session) -> None:
        at = rfc3339(session.created_at)
        body = SessionStarted(session_id=session.session_id, user_id=session.user_id, at=at)
        told = fact(SESSION_STARTED, body, session.user_id, id=f"{session.session_id}.started", at=at)
        await self._sessions.insert_one({**_document(session), "outbox": entries([told])}, session=transaction.session)
        transaction.inserted(self.outbox, session.session_id, [told])

    async def make_room(self, transaction: Transaction, session: Session, most: int) -> list[str]:
        # expired ones, too: what ends all of them has no more to do than this many
        wanted = {"user_id": session.user_id, "ended_at": None, "_id": {"$ne": session.session_id}}
        found = self._sessions.find(wanted, {"_id": 1}, session=transaction.session).sort("used_at", DESCENDING)
        beyond = await found.skip(most - 1).limit(BEYOND_AT_ONCE).to_list()
        await self._end_each(transaction, beyond, session.user_id, "ended", session.created_at)
        return [str(each["_id"]) for each in beyond]

    async def by_id(self, session_id: str) -> Session | None:
        return _maybe(await self._sessions.find_one({"_id": session_id}))

    async def by_token(self, token_hash: bytes) -> Session | None:
        return _maybe(await self._sessions.find_one({"token_hash": token_hash}))

    async def touch(self, session: Session, now: datetime) -> None:
        await self._sessions.update_one({"_id": session.session_id}, {"$max": {"used_at": now}})

    async def tokens(self, user_id: str | None, now: datetime) -> list[Session]:
        wanted = {**_TOKENS, "ended_at": None, "expires_at": {"$gt": now}} | ({"user_id": user_id} if user_id else {})
        found = self._sessions.find(wanted).sort("created_at", DESCENDING).limit(OPEN_MAX)
        return [_session(document) for document in await found.to_list()]

    async def rotate(self, session: Session, now: datetime, expires_at: datetime) -> Session | None:
        return _maybe(
            await self._sessions.find_one_and_update(
                {"_id": session.session_id, "generation": session.generation, "ended_at": None},
                {
                    "$inc": {"generation": 1},
                    "$set": {"expires_at": expires_at, "used_at": now},
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

    async def open_of(self, user_id: str, now: datetime) -> list[Session]:
        wanted = {"user_id": user_id, "ended_at": None, "expires_at": {"$gt": now}}
        found = self._sessions.find(wanted).sort("created_at", DESCENDING).limit(OPEN_MAX)
        return [_session(document) for document in await found.to_list()]

    async def tell_ended(self, since: datetime) -> int:
        found = self._sessions.find(
            {"ended_at": {"$gte": since}}, {"user_id": 1, "ended_at": 1, "reason": 1, "ended_by": 1}
        )
        count = 0
        async for each in found:
            reason = each.get("reason") or "ended"
            await self._bus.tell(_ended(each["_id"], each["user_id"], reason, each["ended_at"], each.get("ended_by")))
            count += 1
        return count

    async def end(
        self, transaction: Transaction, session: Session, reason: str, now: datetime, *, by: str | None = None
    ) -> None:
        key = session.session_id
        ended = await self._sessions.update_one(
            {"_id": key, "ended_at": None}, _end(key, session.user_id, reason, now, by), session=transaction.session
        )
        if not ended.modified_count:
            raise AlreadyEnded
        transaction.changed(self.outbox, key)

    async def end_all(
        self,
        transaction: Transaction,
        user_id: str,
        reason: str,
        now: datetime,
        *,
        but: str | None = None,
        by: str | None = None,
    ) -> None:
        # expired ones, too: a refresh under way may be about to give one of them new life
        wanted = {"user_id": user_id, "ended_at": None, "_id": {"$ne": but}}
        found = await self._sessions.find(wanted, {"_id": 1}, session=transaction.session).to_list()
        await self._end_each(transaction, found, user_id, reason, now, by)

    async def _end_each(
        self,
        transaction: Transaction,
        found: Sequence[Document],
        user_id: str,
        reason: str,
        now: datetime,
        by: str | None = None,
    ) -> None:
        if found:  # all in one go: whoever keeps logging in must not keep this from happening
            ends = [UpdateOne({"_id": each["_id"]}, _end(each["_id"], user_id, reason, now, by)) for each in found]
            await self._sessions.bulk_write(ends, ordered=False, session=transaction.session)
        for each in found:
            transaction.changed(self.outbox, each["_id"])


def _ended(session_id: str, user_id: str, reason: str, now: datetime, by: str | None) -> Fact:
    at = rfc3339(now)
    body = SessionEnded(session_id=session_id, user_id=user_id, reason=reason, at=at, by=by)
    return fact(SESSION_ENDED, body, user_id, id=f"{session_id}.ended", at=at)


def _end(session_id: str, user_id: str, reason: str, now: datetime, by: str | None) -> Document:
    told = _ended(session_id, user_id, reason, now, by)
    end = {"ended_at": now, "reason": reason, "ended_by": by}
    return {"$set": end, "$push": {"outbox": {"$each": entries([told])}}}


def _document(session: Session) -> Document:
    token = {"token_hash": session.token_hash, "scope": session.scope} if session.is_token else {}
    return {
        **token,
        "_id": session.session_id,
        "user_id": session.user_id,
        "generation": session.generation,
        "created_at": session.created_at,
        "expires_at": session.expires_at,
        "used_at": session.used_at,
        "address": session.address,
        "client": session.client,
    }


def _maybe(document: Document | None) -> Session | None:
    return None if document is None else _session(document)


def _session(document: Document) -> Session:
    return Session(
        session_id=document["_id"],
        user_id=document["user_id"],
        generation=document["generation"],
        created_at=document["created_at"],
        expires_at=document["expires_at"],
        used_at=document.get("used_at") or document["created_at"],
        address=document.get("address", ""),
        client=document.get("client", ""),
        superseded=tuple(Superseded(one["generation"], one["at"]) for one in document.get("superseded", ())),
        ended_at=document.get("ended_at"),
        reason=document.get("reason"),
        ended_by=document.get("ended_by"),
        token_hash=None if "token_hash" not in document else bytes(document["token_hash"]),
        scope=document.get("scope"),
    )
