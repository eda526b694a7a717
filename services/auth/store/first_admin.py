"""Whether there is an admin, asked behind a fence that every first admin passes."""

from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from services.auth.domain.first_admin import not_the_first
from services.auth.store.fences import Fence
from services.auth.store.together import Transaction


class MongoFirstAdmin:
    def __init__(self, database: AsyncDatabase[dict[str, Any]]) -> None:
        self._users = database["users"]
        self._fence = Fence(database, "first_admin")

    async def prepare(self) -> None:
        await self._fence.put_up()

    async def claim(self, transaction: Transaction) -> None:
        """To be awaited in the transaction that adds an admin, before it does. Raises Refused `conflict` where there is one
        already, also to all but one of those who claim at the same time."""
        await self._fence.pass_through(transaction.session)
        # one who was invited and lost the link keeps nobody out
        an_admin = {"role": "admin", "disabled": {"$ne": True}, "password_hash": {"$ne": b""}}
        if await self._users.find_one(an_admin, {"_id": True}, session=transaction.session) is not None:
            raise not_the_first()
