"""Close leases: whose last session this was, is offline, at once or after the grace."""

from contracts.presence import CloseLeases
from contracts.table import Nothing
from services.presence.actions.tell_changes import TellChanges
from services.presence.domain.leases import Leases, check_batch


class CloseLease:
    def __init__(self, leases: Leases, tell: TellChanges) -> None:
        self._leases = leases
        self._tell = tell

    async def __call__(self, request: CloseLeases) -> Nothing:
        check_batch(request.leases)
        self._tell.soon(await self._leases.close(request.leases))
        return Nothing()
