"""The keys, one document each, made once by whichever replica comes first."""

import secrets
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from pymongo import ReturnDocument
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from services.auth.domain.tokens import Keyring

Document = dict[str, Any]


class MongoKeys:
    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._keys = database["keys"]

    async def load(self) -> Keyring:
        fresh = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        signing = await self._first("signing", {"private_pem": fresh.decode()})
        refresh = await self._first("refresh", {"secret": secrets.token_bytes(32)})
        key = load_pem_private_key(signing["private_pem"].encode(), password=None)
        assert isinstance(key, Ed25519PrivateKey)
        return Keyring(key, bytes(refresh["secret"]))

    async def _first(self, key: str, fresh: Document) -> Document:
        """The document as the first replica made it. Two upserts at once may collide: the second try finds it."""
        for _ in range(2):
            try:
                document = await self._keys.find_one_and_update(
                    {"_id": key}, {"$setOnInsert": fresh}, upsert=True, return_document=ReturnDocument.AFTER
                )
            except DuplicateKeyError:
                continue
            if document is not None:
                return document
        raise RuntimeError("a key is neither there nor can it be made")
