"""The users collection: people, with what finds them and what is still to be told of them."""

import re
from collections.abc import Sequence
from typing import Any

from pymongo import ASCENDING
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from chassis.bus import Bus, fact
from chassis.clock import Clock
from chassis.outbox import Outbox, entries
from chassis.tasks import Tasks
from contracts.auth import USER_CREATED, UserChanged
from services.auth.domain.people import Person, Search, as_user, fold

Document = dict[str, Any]


class MongoUsers:
    def __init__(self, database: AsyncDatabase[Document], bus: Bus, tasks: Tasks, clock: Clock) -> None:
        self._users = database["users"]
        self.outbox = Outbox(bus, self._users, tasks, clock=clock)

    async def make_indexes(self) -> None:
        await self._users.create_index("login_key", name="login", unique=True)
        await self._users.create_index(
            "request_key", name="request", unique=True, partialFilterExpression={"request_key": {"$exists": True}}
        )
        await self._users.create_index([("name", ASCENDING), ("_id", ASCENDING)], name="listing")

    async def add(self, person: Person) -> bool:
        told = fact(
            USER_CREATED,
            UserChanged(user=as_user(person)),
            person.user_id,
            id=f"{person.user_id}.created",
            at=person.created_at,
        )
        try:
            await self._users.insert_one({**_document(person), "outbox": entries([told])})
        except DuplicateKeyError:
            return False
        await self.outbox.tell_soon([(person.user_id, [told])])
        return True

    async def by_id(self, user_id: str) -> Person | None:
        return _maybe(await self._users.find_one({"_id": user_id}))

    async def by_login(self, login: str) -> Person | None:
        return _maybe(await self._users.find_one({"login_key": login.lower()}))

    async def by_request(self, request_key: str) -> Person | None:
        return _maybe(await self._users.find_one({"request_key": request_key}))

    async def by_ids(self, user_ids: Sequence[str]) -> list[Person]:
        found = self._users.find({"_id": {"$in": list(user_ids)}}, _SEEN)
        return [_person(document) for document in await found.to_list()]

    async def find(self, search: Search, count: int) -> list[Person]:
        found = self._users.find(_query(search), _SEEN).sort([("name", ASCENDING), ("_id", ASCENDING)]).limit(count)
        return [_person(document) for document in await found.to_list()]


_SEEN = {"password_hash": 0, "outbox": 0}


def _query(search: Search) -> Document:
    wanted: list[Document] = []
    if search.text:
        wanted.append({"search_key": {"$regex": re.escape(search.text)}})
    if search.role is not None:
        wanted.append({"role": search.role})
    if search.among is not None:
        wanted.append({"_id": {"$in": list(search.among)}})
    if search.without:
        wanted.append({"_id": {"$nin": list(search.without)}})
    if search.after is not None:
        name, user_id = search.after.name, search.after.user_id
        wanted.append({"$or": [{"name": {"$gt": name}}, {"name": name, "_id": {"$gt": user_id}}]})
    return {"$and": wanted} if wanted else {}


def _document(person: Person) -> Document:
    document: Document = {
        "_id": person.user_id,
        "login": person.login,
        "login_key": person.login.lower(),
        "name": person.name,
        "search_key": f"{fold(person.name)}\n{fold(person.login)}",
        "role": person.role,
        "password_hash": person.password_hash,
        "disabled": person.disabled,
        "created_at": person.created_at,
    }
    if person.email is not None:
        document["email"] = person.email
    if person.request_key is not None:
        document["request_key"] = person.request_key
    return document


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
        request_key=document.get("request_key"),
    )
