"""Who of the people here is active: told to presence in bulk, each person as often as that is enough."""

import asyncio

from chassis import log
from chassis.bus import Bus
from chassis.clock import monotonic
from chassis.tasks import Tasks
from contracts.everything import ASKS
from contracts.presence import ActivePeople
from contracts.refusals import Refused
from services.gateway.rooms.presence_board import PresenceBoard

TICK_S = 1.0
AT_ONCE = 500
AWAY = "away"
DOINGS = ("presence.active", "message.send", "message.edit", "typing.start")
"""Whoever asks one of these, at whichever door, is active."""


class Activity:
    """`touch_s`: how often it is enough, as presence has said. One who is seen away is told of at the next tick; who has
    chosen to be away stays so, and is told of as often as others."""

    def __init__(self, bus: Bus, tasks: Tasks, board: PresenceBoard, touch_s: float = 10.0) -> None:
        self._bus = bus
        self._tasks = tasks
        self._board = board
        self.touch_s = touch_s
        self._active: set[str] = set()
        self._told: dict[str, tuple[float, int]] = {}
        """When each was last told of, and under which version they were seen away then; 0: they were not."""

    def start(self) -> None:
        self._tasks.lasting("activity.tell", self._tell_always())

    def asked(self, user_id: str, ask: str) -> None:
        """This person asks that just now."""
        if ask in DOINGS:
            self.mark(user_id)

    def mark(self, user_id: str) -> None:
        """This person is doing something just now."""
        told_at, version = self._told.get(user_id, (-self.touch_s, 0))
        if monotonic() - told_at >= self.touch_s or self._away(user_id) not in (0, version):
            self._active.add(user_id)

    async def tell(self) -> None:
        now = monotonic()
        self._told = {one: told for one, told in self._told.items() if now - told[0] < self.touch_s}
        active = list(self._active)
        for at in range(0, len(active), AT_ONCE):
            some = active[at : at + AT_ONCE]
            seen = {user_id: (now, self._away(user_id)) for user_id in some}
            try:
                await self._bus.ask(ASKS["presence.touch"], ActivePeople(user_ids=some))
            except Refused as refused:
                log.get().warning("activity.not_told", code=refused.code, people=len(active) - at)
                return  # they stay in the set
            self._told |= seen
            self._active.difference_update(some)

    def _away(self, user_id: str) -> int:
        (person,) = self._board.of([user_id])
        return person.version if person.status == AWAY else 0

    async def _tell_always(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            await self.tell()
