"""Seats: who takes one passes the same fence as everyone who does, so that of two transactions at once one starts over, and
counts the other's people. A number kept beside the people could drift from them; this one is counted."""

from typing import Any

from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase

from services.auth.domain.license import Licensing, Standing, check_seats
from services.auth.domain.people import SERVICE
from services.auth.store.fences import Fence
from services.auth.store.together import Transaction


class MongoSeats:
    def __init__(self, database: AsyncDatabase[dict[str, Any]], licensing: Licensing) -> None:
        self._users = database["users"]
        self._fence = Fence(database, "seats")
        self._licensing = licensing

    async def prepare(self) -> None:
        await self._users.create_index("disabled", name="seats")
        await self._fence.put_up()

    async def take(self, transaction: Transaction, count: int = 1) -> None:
        standing = self._licensing.standing
        if standing == Standing():
            return
        await self._fence.pass_through(transaction.session)
        check_seats(standing, await self._count(transaction.session), count)

    async def taken(self) -> int:
        return await self._count(None)

    async def _count(self, session: AsyncClientSession | None) -> int:
        """Two counts that indexes alone answer; one of who has no kind would read everybody."""
        enabled = {"disabled": {"$ne": True}}
        everyone = await self._users.count_documents(enabled, session=session)
        return everyone - await self._users.count_documents({**enabled, "kind": SERVICE}, session=session)
