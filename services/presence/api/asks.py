"""The asks presence answers."""

from collections.abc import Mapping

from chassis.bus import Asker, Handler
from contracts.presence import CloseLeases, ListPresence, Opened, OpenLeases, People
from contracts.table import Nothing
from services.presence.actions.close_leases import CloseLease
from services.presence.actions.list_people import ListPeople
from services.presence.actions.open_leases import OpenLease


class Asks:
    def __init__(self, open_lease: OpenLease, close_lease: CloseLease, list_people: ListPeople) -> None:
        self._open_lease = open_lease
        self._close_lease = close_lease
        self._list_people = list_people

    def handlers(self) -> Mapping[str, Handler]:
        return {
            "lease.open": self._open,
            "lease.renew": self._renew,
            "lease.close": self._close,
            "presence.list": self._list,
        }

    async def _open(self, _: Asker, request: OpenLeases) -> Opened:
        return await self._open_lease.open(request)

    async def _renew(self, _: Asker, request: OpenLeases) -> Nothing:
        return await self._open_lease.renew(request)

    async def _close(self, _: Asker, request: CloseLeases) -> Nothing:
        return await self._close_lease(request)

    async def _list(self, _: Asker, request: ListPresence) -> People:
        return await self._list_people(request)
