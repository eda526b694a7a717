"""Note sessions that have ended: who logged out is not lost."""

from collections.abc import Sequence

from chassis.stores import StoreAway
from services.presence.actions.tell_changes import TellChanges
from services.presence.domain.leases import Leases


class EndSessions:
    def __init__(self, leases: Leases, tell: TellChanges) -> None:
        self._leases = leases
        self._tell = tell

    async def __call__(self, sessions: Sequence[tuple[str, str]]) -> None:
        """People and their sessions. Raises StoreAway while a lost store is filled again."""
        is_known, changes = await self._leases.end_sessions(sessions)
        self._tell.soon(changes)
        if not is_known:
            raise StoreAway("not known yet")
