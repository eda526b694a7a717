"""The users collection: people, with what finds them and what is still to be told of them."""

import asyncio
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, UpdateOne
from pymongo.asynchronous.cursor import AsyncCursor
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError, DuplicateKeyError

from chassis.bus import Bus, Fact, fact
from chassis.clock import Clock, rfc3339
from chassis.outbox import Outbox, entries
from chassis.tasks import Tasks
from contracts.auth import USER_CREATED, USER_UPDATED, UserChanged
from contracts.table import Event, Wire
from services.auth.domain.folding import FOLDING, fold
from services.auth.domain.people import SERVICE, Changed, Person, Search, Taken, as_user, changed_to
from services.auth.store.fences import Fence
from services.auth.store.together import Transaction

Document = dict[str, Any]
SEARCH = "search"
"""The index that finds people."""
FOLDED_AT_ONCE = 1_000
IDS_AT_ONCE = 2_000
TOLD_AT_ONCE = 256


class MongoUsers:
    def __init__(self, database: AsyncDatabase[Document], bus: Bus, tasks: Tasks, clock: Clock) -> None:
        self._users = database["users"]
        self._bus = bus
        self._clock = clock
        self._admins = Fence(database, "admins")
        self.outbox = Outbox(bus, self._users, tasks, clock=clock)

    async def make_indexes(self) -> None:
        await self._users.create_index("login_key", name="login", unique=True)
        await self._users.create_index(
            "request_key", name="request", unique=True, partialFilterExpression={"request_key": {"$exists": True}}
        )
        # all that a search looks at: only people who are found are read
        searched = ("name", "_id", "search_key", "role", "disabled")
        await self._users.create_index([(field, ASCENDING) for field in searched], name=SEARCH)
        await self._users.create_index("kind", name="kind", sparse=True)
        await self._admins.put_up()
        await self._fold_anew()

    async def add(self, transaction: Transaction, person: Person) -> None:
        told = _created(person)
        try:
            await self._users.insert_one(
                {**document_of(person), "outbox": entries([told])}, session=transaction.session
            )
        except DuplicateKeyError:
            raise Taken from None
        transaction.inserted(self.outbox, person.user_id, [told])

    async def add_all(self, transaction: Transaction, people: Sequence[Person]) -> None:
        told = [(person, _created(person)) for person in people]
        documents = [{**document_of(person), "outbox": entries([one])} for person, one in told]
        try:
            await self._users.insert_many(documents, session=transaction.session)
        except BulkWriteError as error:
            if any(each["code"] == _DUPLICATE for each in error.details["writeErrors"]):
                raise Taken from None
            raise
        for person, one in told:
            transaction.inserted(self.outbox, person.user_id, [one])

    async def change(self, transaction: Transaction, before: Person, after: Person, *told: tuple[Event, Wire]) -> None:
        key, version, at = before.user_id, before.version + 1, rfc3339(self._clock.now())
        seen = [(USER_UPDATED, changed_to(before, after))] if as_user(before) != as_user(after) else []
        facts = [fact(event, body, key, id=f"{key}.{version}.{event.name}", at=at) for event, body in (*seen, *told)]
        fields = {**_ABSENT, **document_of(after), "version": version}
        wanted = _as_read(before)
        update: Document = {"$set": {name: value for name, value in fields.items() if value is not None}}
        if absent := [name for name, value in fields.items() if value is None]:
            update["$unset"] = dict.fromkeys(absent, "")
        if facts:
            update["$push"] = {"outbox": {"$each": entries(facts)}}
        changed = await self._users.update_one(wanted, update, session=transaction.session)
        if not changed.matched_count:
            raise Changed
        transaction.changed(self.outbox, key)

    async def tell_all(self) -> int:
        window, count = asyncio.Semaphore(TOLD_AT_ONCE), 0

        async def tell(person: Person) -> None:
            body, at = UserChanged(user=as_user(person), version=person.version), rfc3339(self._clock.now())
            said = f"{person.user_id}.{person.version}.{USER_UPDATED.name}"
            async with window:
                await self._bus.tell(fact(USER_UPDATED, body, person.user_id, id=said, at=at))

        found = self._users.find({}, _SEEN).batch_size(TOLD_AT_ONCE)
        while some := await found.to_list(TOLD_AT_ONCE):
            await asyncio.gather(*(tell(_person(each)) for each in some))
            count += len(some)
        return count

    async def hold(self, transaction: Transaction, person: Person) -> None:
        # a write, because of two transactions that only read neither waits for the other
        held = await self._users.update_one(_as_read(person), {"$inc": {"held": 1}}, session=transaction.session)
        if not held.matched_count:
            raise Changed

    async def by_id(self, user_id: str, transaction: Transaction | None = None) -> Person | None:
        session = transaction.session if transaction else None
        return _maybe(await self._users.find_one({"_id": user_id}, session=session))

    async def services(self) -> list[str]:
        return [each["_id"] for each in await self._users.find({"kind": SERVICE}, {"_id": 1}).to_list()]

    async def by_login(self, login: str) -> Person | None:
        return _maybe(await self._users.find_one({"login_key": login.lower()}))

    async def by_logins(self, logins: Sequence[str]) -> list[Person]:
        found = self._users.find({"login_key": {"$in": [login.lower() for login in logins]}}, _SEEN)
        return [_person(document) for document in await found.to_list()]

    async def highest_hash(self) -> bytes | None:
        """Of all passwords', the one that comes last: bcrypt's begin with their cost. A look at everybody, at start."""
        found = self._users.find({"password_hash": {"$gt": b""}}, {"password_hash": 1}).sort(
            "password_hash", DESCENDING
        )
        highest = await found.limit(1).to_list()
        return bytes(highest[0]["password_hash"]) if highest else None

    async def by_request(self, request_key: str) -> Person | None:
        return _maybe(await self._users.find_one({"request_key": request_key}))

    async def by_ids(self, user_ids: Sequence[str]) -> list[Person]:
        found = self._users.find({"_id": {"$in": list(user_ids)}}, _SEEN)
        return [_person(document) for document in await found.to_list()]

    async def other_admins(self, transaction: Transaction, user_id: str) -> int:
        await self._admins.pass_through(transaction.session)
        able = {"role": "admin", "disabled": {"$ne": True}, "password_hash": {"$ne": b""}, "_id": {"$ne": user_id}}
        return await self._users.count_documents(able, session=transaction.session)

    async def find(self, search: Search, count: int) -> list[Person]:
        if search.among is None and not search.without:
            return [_person(document) for document in await self._found(search, _SEEN).limit(count).to_list()]
        ids = await self._chosen(search, count)
        people = {person.user_id: person for person in await self.by_ids(ids)}
        return [people[user_id] for user_id in ids if user_id in people]

    async def _chosen(self, search: Search, count: int) -> list[str]:
        """Thousands of ids cost less chosen here than in a query: the index alone says which there are."""
        found, chosen = self._found(search, {"_id": 1}).batch_size(IDS_AT_ONCE), list[str]()
        while len(chosen) < count and (some := await found.to_list(IDS_AT_ONCE)):
            ids = [document["_id"] for document in some]
            chosen += [
                one for one in ids if (search.among is None or one in search.among) and one not in search.without
            ]
        await found.close()
        return chosen[:count]

    def _found(self, search: Search, fields: Document) -> AsyncCursor[Document]:
        return self._users.find(_query(search), fields).sort([("name", ASCENDING), ("_id", ASCENDING)]).hint(SEARCH)

    async def _fold_anew(self) -> None:
        """Of people who were folded as we did before: any number of replicas may do so at once."""
        old = await self._users.find({"folding": {"$ne": FOLDING}}, {"name": 1, "login": 1}).to_list()
        for start in range(0, len(old), FOLDED_AT_ONCE):
            await self._users.bulk_write(
                [
                    UpdateOne(
                        {"_id": each["_id"], "name": each["name"]}, {"$set": _folded(each["name"], each["login"])}
                    )
                    for each in old[start : start + FOLDED_AT_ONCE]
                ],
                ordered=False,
            )


_DUPLICATE = 11000
"""DuplicateKey, of MongoDB."""
_SEEN = {"former_hashes": 0, "outbox": 0}
_ABSENT: Document = {"email": None, "request_key": None}


def _as_read(person: Person) -> Document:
    return {"_id": person.user_id, "version": person.version if person.version > 1 else {"$in": [1, None]}}


def _query(search: Search) -> Document:
    # by name from somewhere on, so that the index is taken, and each rule judged by what the index has
    wanted: list[Document] = [{"name": {"$gte": search.after.name if search.after else ""}}]
    if search.text:
        wanted.append({"search_key": {"$regex": re.escape(search.text)}})
    if search.role is not None:
        wanted.append({"role": search.role})
    if not search.disabled:
        wanted.append({"disabled": False})
    if search.after is not None:
        name, user_id = search.after.name, search.after.user_id
        wanted.append({"$or": [{"name": {"$gt": name}}, {"_id": {"$gt": user_id}}]})
    return {"$and": wanted}


def _created(person: Person) -> Fact:
    body = UserChanged(user=as_user(person), version=person.version)
    return fact(USER_CREATED, body, person.user_id, id=f"{person.user_id}.created", at=person.created_at)


def document_of(person: Person) -> Document:
    """Without what it has to tell."""
    document: Document = {
        "_id": person.user_id,
        "login": person.login,
        "login_key": person.login.lower(),
        "name": person.name,
        **_folded(person.name, person.login),
        "role": person.role,
        "password_hash": person.password_hash,
        "disabled": person.disabled,
        "created_at": person.created_at,
        "password_changed_at": person.password_changed_at,
        "must_change": person.must_change,
        "former_hashes": list(person.former_hashes),
        "version": person.version,
    }
    if person.email is not None:
        document["email"] = person.email
    if person.request_key is not None:
        document["request_key"] = person.request_key
    if person.kind is not None:
        document["kind"] = person.kind
    return document


def _folded(name: str, login: str) -> Document:
    return {"search_key": f"{fold(name)}\n{fold(login)}", "folding": FOLDING}


def _maybe(document: Document | None) -> Person | None:
    return None if document is None else _person(document)


def _person(document: Document) -> Person:
    return Person(
        user_id=document["_id"],
        login=document["login"],
        name=document["name"],
        role=document["role"],
        password_hash=bytes(document.get("password_hash", b"")),
        created_at=document["created_at"],
        email=document.get("email"),
        disabled=bool(document.get("disabled", False)),
        # of people from before there were versions and password ages
        password_changed_at=document.get("password_changed_at") or datetime.fromisoformat(document["created_at"]),
        must_change=bool(document.get("must_change", False)),
        former_hashes=tuple(bytes(one) for one in document.get("former_hashes", ())),
        version=document.get("version", 1),
        request_key=document.get("request_key"),
        kind=document.get("kind"),
    )
