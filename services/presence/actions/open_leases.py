"""Open or renew leases: whose first session this is, is online."""

from contracts.presence import Opened, OpenLeases
from contracts.table import Nothing
from services.presence.actions.tell_changes import TellChanges
from services.presence.domain.leases import Leases, check_batch


class OpenLease:
    def __init__(self, leases: Leases, tell: TellChanges, *, lease_s: float, touch_s: float) -> None:
        self._leases = leases
        self._tell = tell
        self._lease_s = lease_s
        self._touch_s = touch_s

    async def open(self, request: OpenLeases) -> Opened:
        check_batch(request.leases)
        opening = await self._leases.open(request.leases)
        self._tell.soon(opening.changes)
        return Opened(lease_s=self._lease_s, touch_s=self._touch_s, last_endings=opening.last_endings)

    async def renew(self, request: OpenLeases) -> Nothing:
        check_batch(request.leases)
        self._tell.soon(await self._leases.renew(request.leases))
        return Nothing()
