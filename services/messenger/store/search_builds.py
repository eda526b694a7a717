"""How far the search index is built: one document, changed turn by turn."""

from typing import Any

import msgspec
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from services.messenger.domain.search import Build
from services.messenger.domain.words import WORDING

KEY = f"search_{WORDING}"


class MongoSearchBuilds:
    def __init__(self, database: AsyncDatabase[dict[str, Any]]) -> None:
        self.collection = database["search_builds"]

    async def get(self) -> Build | None:
        found = await self.collection.find_one({"_id": KEY})
        return msgspec.convert(found, Build) if found else None

    async def put(self, build: Build) -> bool:
        document = msgspec.to_builtins(build)
        try:
            done = await self.collection.replace_one(
                {"_id": KEY, "turn": build.turn - 1}, document, upsert=build.turn == 1
            )
        except DuplicateKeyError:
            return False
        return bool(done.modified_count or done.upserted_id)
