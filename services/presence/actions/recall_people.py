"""Recall who was here, from what was told, into a store that is new or was lost."""

from chassis import log
from services.presence.domain.leases import Leases
from services.presence.domain.people import ToldPeople


class RecallPeople:
    def __init__(self, leases: Leases, told: ToldPeople) -> None:
        self._leases = leases
        self._told = told

    async def __call__(self, born: int) -> None:
        """Raises RedisError, nats.errors.Error or TimeoutError, and may then be called again."""
        last = await self._told.last()
        await self._leases.recall(born, last)
        log.get().info("people.recalled", people=len(last.people), lost=len(last.lost), born=born)
