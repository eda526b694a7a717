"""The asks presence answers."""

from collections.abc import Mapping

from chassis.bus import Asker, Handler
from contracts.presence import (
    Absences,
    ActivePeople,
    CloseLeases,
    ListAbsent,
    ListPresence,
    Opened,
    OpenLeases,
    People,
)
from contracts.table import Nothing
from services.presence.actions.close_leases import CloseLease
from services.presence.actions.list_absent import ListOfAbsent
from services.presence.actions.list_people import ListPeople
from services.presence.actions.open_leases import OpenLease
from services.presence.actions.set_presence import SetOwnPresence
from services.presence.actions.touch_people import TouchPeople


class Asks:
    def __init__(
        self,
        open_lease: OpenLease,
        close_lease: CloseLease,
        list_people: ListPeople,
        list_absent: ListOfAbsent,
        set_presence: SetOwnPresence,
        touch_people: TouchPeople,
    ) -> None:
        self._open_lease = open_lease
        self._close_lease = close_lease
        self._list_people = list_people
        self._list_absent = list_absent
        self._set_presence = set_presence
        self._touch_people = touch_people

    def handlers(self) -> Mapping[str, Handler]:
        return {
            "lease.open": self._open,
            "lease.renew": self._renew,
            "lease.close": self._close,
            "presence.absent": self._absent,
            "presence.list": self._list,
            "presence.set": self._set_presence,
            "presence.touch": self._touch,
        }

    async def _open(self, _: Asker, request: OpenLeases) -> Opened:
        return await self._open_lease.open(request)

    async def _renew(self, _: Asker, request: OpenLeases) -> Nothing:
        return await self._open_lease.renew(request)

    async def _close(self, _: Asker, request: CloseLeases) -> Nothing:
        return await self._close_lease(request)

    async def _list(self, _: Asker, request: ListPresence) -> People:
        return await self._list_people(request)

    async def _absent(self, _: Asker, request: ListAbsent) -> Absences:
        return await self._list_absent(request)

    async def _touch(self, _: Asker, request: ActivePeople) -> Nothing:
        return await self._touch_people(request)
