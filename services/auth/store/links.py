"""The links collection: one document for each person and kind, with hashes of tokens, never a token."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, ReturnDocument
from pymongo.asynchronous.database import AsyncDatabase

from chassis.stores import expire
from services.auth.domain.links import TOKENS_KEPT, Link, invalid
from services.auth.store.together import Transaction

Document = dict[str, Any]
_VOID: Document = {"$set": {"waiting": False, "token_hashes": []}}


class MongoLinks:
    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._links = database["links"]

    async def make_indexes(self) -> None:
        await self._links.create_index("token_hashes", name="token")
        await self._links.create_index("user_id", name="user")
        await self._links.create_index(
            [("kind", DESCENDING), ("due_at", ASCENDING)], name="due", partialFilterExpression={"waiting": True}
        )
        await expire(self._links, "expires_at", 0, name="expiry")

    async def read(self, transaction: Transaction, link_id: str) -> Link | None:
        return _maybe(await self._links.find_one({"_id": link_id}, session=transaction.session))

    async def read_all(self, transaction: Transaction, link_ids: Sequence[str]) -> list[Link]:
        found = self._links.find({"_id": {"$in": list(link_ids)}}, session=transaction.session)
        return [_link(document) for document in await found.to_list()]

    async def put(self, transaction: Transaction, link: Link) -> None:
        document = _document(link)
        await self._links.replace_one({"_id": link.link_id}, document, upsert=True, session=transaction.session)

    async def add(self, transaction: Transaction, links: Sequence[Link]) -> None:
        if links:
            await self._links.insert_many([_document(link) for link in links], session=transaction.session)

    async def use(self, transaction: Transaction, link: Link, token_hash: bytes) -> None:
        wanted = {"_id": link.link_id, "token_hashes": token_hash}
        if not (await self._links.update_one(wanted, _VOID, session=transaction.session)).matched_count:
            raise invalid()
        await self.void(transaction, link.user_id)

    async def void(self, transaction: Transaction, user_id: str) -> None:
        await self._links.update_many({"user_id": user_id}, _VOID, session=transaction.session)

    async def by_token(self, token_hash: bytes) -> Link | None:
        return _maybe(await self._links.find_one({"token_hashes": token_hash}))

    async def claim(self, now: datetime, until: datetime, token_hash: bytes) -> Link | None:
        return _maybe(
            await self._links.find_one_and_update(
                {"waiting": True, "due_at": {"$lte": now}, "expires_at": {"$gt": now}},
                {
                    "$set": {"due_at": until},
                    "$inc": {"attempts": 1},
                    "$push": {"token_hashes": {"$each": [token_hash], "$slice": -TOKENS_KEPT}},
                },
                sort=[("kind", DESCENDING), ("due_at", ASCENDING)],  # reset before invitation
                return_document=ReturnDocument.AFTER,
            )
        )

    async def sent(self, link: Link) -> None:
        await self._links.update_one(_claimed(link), {"$set": {"waiting": False}})

    async def put_off(self, link: Link, due_at: datetime) -> None:
        await self._links.update_one({**_claimed(link), "attempts": link.attempts}, {"$set": {"due_at": due_at}})

    async def give_up(self, link: Link) -> None:
        await self._links.update_one(_claimed(link), _VOID)


def _claimed(link: Link) -> Document:
    return {"_id": link.link_id, "token_hashes": link.token_hashes[-1]}


def _document(link: Link) -> Document:
    return {
        "_id": link.link_id,
        "kind": link.kind,
        "user_id": link.user_id,
        "requested_at": list(link.requested_at),
        "expires_at": link.expires_at,
        "due_at": link.due_at,
        "waiting": link.waiting,
        "attempts": link.attempts,
        "token_hashes": list(link.token_hashes),
    }


def _maybe(document: Document | None) -> Link | None:
    return None if document is None else _link(document)


def _link(document: Document) -> Link:
    return Link(
        kind=document["kind"],
        user_id=document["user_id"],
        requested_at=tuple(document["requested_at"]),
        expires_at=document["expires_at"],
        due_at=document["due_at"],
        waiting=document["waiting"],
        attempts=document["attempts"],
        token_hashes=tuple(bytes(one) for one in document["token_hashes"]),
    )
