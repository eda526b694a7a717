"""The leases this gateway holds for the sessions that are connected to it: opened in bulk, renewed, closed."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import TypeVar

from chassis import log
from chassis.bus import Bus
from chassis.tasks import Tasks
from contracts.everything import ASKS
from contracts.presence import ClosedLease, CloseLeases, Lease, Opened, OpenLeases
from contracts.refusals import Refused
from services.gateway.rooms.activity import Activity
from services.gateway.rooms.loading import Gathered

T = TypeVar("T")
AT_ONCE = 500
RENEW_S = 4.0
CLOSED_MAX = 10_000
"""Closings that wait for a presence that is away: whoever left cleanly is not to be called lost later."""


class Leases:
    def __init__(self, bus: Bus, tasks: Tasks, activity: Activity) -> None:
        self._bus = bus
        self._tasks = tasks
        self._activity = activity
        self._held: dict[str, Lease] = {}
        self._opening: Gathered[Lease, str | None] = Gathered(self._open, AT_ONCE)
        self._closing: list[ClosedLease] = []
        self._unclosed: list[ClosedLease] = []
        self._in_flight: set[str] = set()
        self._closed_early: list[ClosedLease] = []
        """Closed before their opening was answered: an opening that came later than the closing would last."""

    def start(self) -> None:
        self._tasks.lasting("leases.renew", self._renew())

    async def open(self, lease: Lease) -> str | None:
        """Gives why the session's previous socket was closed, if anyone knows. Raises Refused."""
        self._held[lease.lease_id] = lease
        return await self._opening.get(lease)

    def close(self, lease_id: str, *, clean: bool = False, ending: str | None = None) -> None:
        """Told to presence soon, and again every few seconds while it is away."""
        lease = self._held.pop(lease_id, None)
        if lease is None:
            return
        closed = ClosedLease(
            lease_id=lease_id,
            user_id=lease.user_id,
            session_id=lease.session_id,
            clean=clean,
            moving=ending == "draining",
            ending=ending,
        )
        if lease_id in self._in_flight:
            self._closed_early.append(closed)
        else:
            self._close_soon([closed])

    def _close_soon(self, closed: list[ClosedLease]) -> None:
        if not self._closing and closed:
            self._tasks.brief("leases.close", self._close())
        self._closing += closed

    async def _open(self, leases: list[Lease]) -> dict[Lease, str | None]:
        held = [lease for lease in leases if lease.lease_id in self._held]
        endings: dict[str, str] = {}
        if held:
            ids = {lease.lease_id for lease in held}
            self._in_flight |= ids
            try:
                opened: Opened = await self._bus.ask(ASKS["lease.open"], OpenLeases(leases=held))
                endings = opened.last_endings
                self._activity.touch_s = opened.touch_s
            finally:
                self._in_flight -= ids
                early, self._closed_early = self._closed_early, []
                self._close_soon([one for one in early if one.lease_id in ids])
                self._closed_early = [one for one in early if one.lease_id not in ids]
        return {lease: endings.get(lease.session_id) for lease in leases}

    async def _close(self) -> None:
        await asyncio.sleep(0)
        closing, self._closing = self._closing, []
        for some in _parts(closing):
            try:
                await self._bus.ask(ASKS["lease.close"], CloseLeases(leases=list(some)))
            except Refused as refused:
                log.get().warning("leases.not_closed", code=refused.code, leases=len(some))
                self._unclosed = [*self._unclosed, *some][-CLOSED_MAX:]

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEW_S)
            unclosed, self._unclosed = self._unclosed, []
            self._close_soon(unclosed)
            for some in _parts(list(self._held.values())):
                # one that is closed meanwhile stays closed: presence remembers
                still = [lease for lease in some if lease.lease_id in self._held]
                try:
                    if still:
                        await self._bus.ask(ASKS["lease.renew"], OpenLeases(leases=still))
                except Refused as refused:
                    log.get().warning("leases.not_renewed", code=refused.code, leases=len(still))


def _parts(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[at : at + AT_ONCE] for at in range(0, len(items), AT_ONCE))
