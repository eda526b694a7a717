"""Note whose connection is lost, and whose is not any more."""

from collections.abc import Sequence

from contracts.presence import ConnectionLost, ConnectionRestored
from services.notifier.domain.losses import Losses


class NoteConnections:
    def __init__(self, losses: Losses) -> None:
        self._losses = losses

    async def __call__(self, told: Sequence[ConnectionLost | ConnectionRestored]) -> None:
        """In any order, any number of times. Raises StoreAway."""
        for one in told:
            if isinstance(one, ConnectionLost):
                await self._losses.lose(one.user_id, one.lost_at)
            else:
                await self._losses.restore(one.user_id, one.lost_at, is_back=one.is_back)
