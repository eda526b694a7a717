"""The keys collection: one document per key set, its secrets sealed where there is a key to seal with."""

import secrets
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pymongo import ASCENDING
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from chassis import log
from services.auth.domain.keyring import KeySet, NumberTaken
from services.auth.store.sealing import Seal
from services.auth.store.together import Transaction

Document = dict[str, Any]
SECRETS = ("private", "refresh_secret")
EARLIER = ("signing", "refresh")
"""Documents of versions that had one key for ever. They stay while what they hold signs: a replica of such a version that
starts during a roll-out must find them."""


class MongoKeys:
    def __init__(self, database: AsyncDatabase[Document], seal: Seal) -> None:
        self._keys = database["keys"]
        self._seal = seal

    async def load(self, now: datetime) -> list[KeySet]:
        """Raises NotOpened."""
        for _ in range(3):
            found = self._keys.find({"number": {"$exists": True}}).sort("number", ASCENDING)
            if documents := await found.to_list():
                return [await self._key_set(document) for document in documents]
            try:
                await self._keys.insert_one(self._document(await self._first(now)))
            except DuplicateKeyError:
                continue  # another replica was faster
            if self._seal:
                await self._forget_earlier()
        raise RuntimeError("key sets are neither there nor can they be made")

    def fresh(self, number: int, signs_from: datetime) -> KeySet:
        return _made(number, signs_from, Ed25519PrivateKey.generate(), secrets.token_bytes(32))

    async def add(self, transaction: Transaction, key_set: KeySet) -> None:
        try:
            await self._keys.insert_one(self._document(key_set), session=transaction.session)
        except DuplicateKeyError:
            raise NumberTaken from None

    async def forget_private(self, key_set: KeySet) -> None:
        await self._keys.update_one({"_id": _id(key_set.number)}, {"$unset": {"private": ""}})
        await self._forget_earlier()

    async def delete(self, key_set: KeySet) -> None:
        await self._keys.delete_one({"_id": _id(key_set.number)})

    async def _first(self, now: datetime) -> KeySet:
        """The keys of an earlier version, so that nobody is logged out; else new ones."""
        earlier = {document["_id"]: document async for document in self._keys.find({"_id": {"$in": EARLIER}})}
        made = self.fresh(1, now)
        private, secret = made.private, made.refresh_secret
        if "signing" in earlier:
            loaded = load_pem_private_key(earlier["signing"]["private_pem"].encode(), password=None)
            assert isinstance(loaded, Ed25519PrivateKey)
            private = loaded
        if "refresh" in earlier:
            secret = bytes(earlier["refresh"]["secret"])
        assert private is not None
        return _made(1, now, private, secret)

    async def _key_set(self, document: Document) -> KeySet:
        held = {name: bytes(document[name]) for name in SECRETS if name in document}
        is_current = bool(document.get("sealed")) == bool(self._seal)
        if document.get("sealed"):
            for name, sealed in held.items():
                held[name], is_first = self._seal.open(f"{document['_id']}.{name}", sealed)
                is_current = is_current and is_first
        private = Ed25519PrivateKey.from_private_bytes(held["private"]) if "private" in held else None
        signs_from, public = document["signs_from"], bytes(document["public"])
        key_set = KeySet(document["number"], signs_from, public, private, held["refresh_secret"])
        if not is_current:
            await self._seal_again(document, key_set)
        return key_set

    async def _seal_again(self, document: Document, key_set: KeySet) -> None:
        """With the key that seals now, unless somebody else changed it meanwhile."""
        as_found = {name: document[name] for name in SECRETS if name in document}
        sealed = self._document(key_set)
        await self._keys.update_one(
            {"_id": document["_id"], **as_found}, {"$set": {name: sealed[name] for name in ("sealed", *as_found)}}
        )
        await self._forget_earlier()
        log.get().info("keys.sealed", number=key_set.number)

    async def _forget_earlier(self) -> None:
        await self._keys.delete_many({"_id": {"$in": EARLIER}})

    def _document(self, key_set: KeySet) -> Document:
        document: Document = {
            "_id": _id(key_set.number),
            "number": key_set.number,
            "signs_from": key_set.signs_from,
            "public": key_set.public,
            "refresh_secret": key_set.refresh_secret,
            "sealed": bool(self._seal),
        }
        if key_set.private is not None:
            document["private"] = key_set.private.private_bytes_raw()
        if self._seal:
            for name in SECRETS:
                if name in document:
                    document[name] = self._seal.close(f"{document['_id']}.{name}", document[name])
        return document


def _id(number: int) -> str:
    return f"set.{number}"


def _made(number: int, signs_from: datetime, private: Ed25519PrivateKey, secret: bytes) -> KeySet:
    return KeySet(number, signs_from, private.public_key().public_bytes_raw(), private, secret)
