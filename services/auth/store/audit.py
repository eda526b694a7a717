"""The audit collection: one document per entry, never changed again but for its outbox."""

from contextlib import suppress
from typing import Any

import msgspec
from pymongo import DESCENDING
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from chassis.bus import Bus, Fact, fact
from chassis.clock import Clock
from chassis.outbox import Outbox, entries
from chassis.stores import expire
from chassis.tasks import Tasks
from contracts.auth import AUDIT_RECORDED, AuditRecorded
from contracts.things import AuditEntry
from services.auth.domain.audit import AuditQuery
from services.auth.store.together import Transaction

Document = dict[str, Any]
DAY_S = 24 * 3600


class MongoAudit:
    def __init__(self, database: AsyncDatabase[Document], bus: Bus, tasks: Tasks, clock: Clock) -> None:
        self._audit = database["audit"]
        self._clock = clock
        self.outbox = Outbox(bus, self._audit, tasks, clock=clock)

    async def make_indexes(self, kept_days: int) -> None:
        newest = [("at", DESCENDING), ("_id", DESCENDING)]
        await self._audit.create_index(newest, name="newest")
        for field, name in (
            ("actor_id", "actor"),
            ("target_id", "target"),
            ("action", "action"),
            ("outcome", "outcome"),
        ):
            await self._audit.create_index([(field, 1), *newest], name=name)
        await expire(self._audit, "recorded_at", kept_days * DAY_S, name="expiry")

    async def add(self, transaction: Transaction, *added: AuditEntry) -> None:
        told = [(entry, _told(entry)) for entry in added]
        documents = [self._document(entry, one) for entry, one in told]
        await self._audit.insert_many(documents, session=transaction.session)
        for entry, one in told:
            transaction.inserted(self.outbox, entry.audit_id, [one])

    async def record(self, entry: AuditEntry) -> None:
        told = _told(entry)
        await self._audit.insert_one(self._document(entry, told))
        await self.outbox.tell_soon([(entry.audit_id, [told])])

    async def record_once(self, entry: AuditEntry) -> None:
        with suppress(DuplicateKeyError):
            await self.record(entry)

    async def find(self, query: AuditQuery, count: int) -> list[AuditEntry]:
        found = self._audit.find(_filter(query)).sort([("at", DESCENDING), ("_id", DESCENDING)]).limit(count)
        return [_entry(document) for document in await found.to_list()]

    def _document(self, entry: AuditEntry, told: Fact) -> Document:
        fields = msgspec.to_builtins(entry)
        return {"_id": fields.pop("audit_id"), **fields, "recorded_at": self._clock.now(), "outbox": entries([told])}


def _told(entry: AuditEntry) -> Fact:
    return fact(AUDIT_RECORDED, AuditRecorded(entry=entry), entry.audit_id, id=entry.audit_id, at=entry.at)


def _filter(query: AuditQuery) -> Document:
    wanted: list[Document] = []
    if query.user_id is not None:
        wanted.append({"$or": [{"actor_id": query.user_id}, {"target_id": query.user_id}]})
    wanted += [{name: value} for name in ("action", "outcome") if (value := getattr(query, name)) is not None]
    if query.after is not None:
        wanted.append({"at": {"$gte": query.after}})
    if query.before is not None:
        wanted.append({"at": {"$lt": query.before}})
    if query.before_entry is not None:
        at, audit_id = query.before_entry
        wanted.append({"at": {"$lte": at}})  # where an index begins, whichever is taken
        wanted.append({"$or": [{"at": {"$lt": at}}, {"_id": {"$lt": audit_id}}]})
    return {"$and": wanted} if wanted else {}


def _entry(document: Document) -> AuditEntry:
    return msgspec.convert({"audit_id": document["_id"], **document}, AuditEntry)
