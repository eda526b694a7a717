"""The imports collection: how far each one is. Of the files nothing is kept, but what was wrong with them."""

from datetime import datetime
from typing import Any

import msgspec
from pymongo.asynchronous.database import AsyncDatabase

from chassis.stores import expire
from contracts.things import ImportFault
from services.auth.domain.import_file import listed
from services.auth.domain.imports import DONE, INTERRUPTED, Import
from services.auth.domain.people import Changed
from services.auth.store.together import Transaction

Document = dict[str, Any]
KEPT_S = 7 * 24 * 3600


class MongoImports:
    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._imports = database["imports"]

    async def make_indexes(self) -> None:
        await expire(self._imports, "beat_at", KEPT_S, name="expiry")

    async def start(self, one: Import) -> None:
        fields = {"importer_id": one.importer_id, "total": one.total, "uninvited": list(one.uninvited)}
        await self._imports.insert_one({"_id": one.import_id, **fields, **_progress(one), "faults": _faults(one)})

    async def note(self, transaction: Transaction | None, before: Import, after: Import) -> None:
        fields = _progress(after)
        if after.faults is not before.faults:
            fields["faults"] = _faults(after)
        update: Document = {"$set": fields}
        if more := after.uninvited[len(before.uninvited) :]:
            update["$push"] = {"uninvited": {"$each": list(more)}}
        await self._imports.update_one(
            {"_id": after.import_id}, update, session=transaction.session if transaction else None
        )

    async def beat(self, one: Import, now: datetime) -> None:
        await self._imports.update_one({"_id": one.import_id}, {"$set": {"beat_at": now}})

    async def interrupt(self, one: Import) -> bool:
        wanted = {"_id": one.import_id, "state": {"$ne": DONE}}
        noted = await self._imports.update_one(wanted, {"$set": {"state": INTERRUPTED}})
        return bool(noted.matched_count)

    async def by_id(self, import_id: str) -> Import | None:
        document = await self._imports.find_one({"_id": import_id})
        return None if document is None else _import(document)

    async def invited(self, transaction: Transaction, before: Import, after: Import) -> None:
        wanted = {"_id": before.import_id, "uninvited": {"$size": len(before.uninvited)}}
        update = {"$set": {"uninvited": list(after.uninvited)}}
        changed = await self._imports.update_one(wanted, update, session=transaction.session)
        if not changed.matched_count:
            raise Changed


def _progress(one: Import) -> Document:
    return {
        "state": one.state,
        "beat_at": one.beat_at,
        "created": one.created,
        "unchanged": one.unchanged,
        "faulty": one.faulty,
    }


def _faults(one: Import) -> list[Document]:
    return [msgspec.to_builtins(fault) for fault in listed(one.faults)]


def _import(document: Document) -> Import:
    return Import(
        import_id=document["_id"],
        importer_id=document["importer_id"],
        beat_at=document["beat_at"],
        state=document["state"],
        total=document["total"],
        created=document["created"],
        unchanged=document["unchanged"],
        faulty=document["faulty"],
        faults=[msgspec.convert(fault, ImportFault) for fault in document["faults"]],
        uninvited=tuple(document["uninvited"]),
    )
