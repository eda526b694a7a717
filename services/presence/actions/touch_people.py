"""Note who did something just now: who was away is not any more."""

from contracts.presence import ActivePeople
from contracts.table import Nothing
from services.presence.actions.tell_changes import TellChanges
from services.presence.domain.leases import Leases, check_touched


class TouchPeople:
    def __init__(self, leases: Leases, tell: TellChanges) -> None:
        self._leases = leases
        self._tell = tell

    async def __call__(self, request: ActivePeople) -> Nothing:
        check_touched(request.user_ids)
        self._tell.soon(await self._leases.touch(request.user_ids))
        return Nothing()
