"""Letting the audit trail know what a role forbade: behind the answer, and so seldom that nobody can fill the trail."""

import asyncio
from typing import Any

from chassis import log
from chassis.bus import Asker, Bus
from chassis.clock import monotonic
from chassis.tasks import Tasks
from contracts.auth import NoteRefused as Refusal
from contracts.everything import ASKS
from contracts.limits import is_id
from contracts.refusals import Refused
from contracts.table import Ask

OWNER = "auth"
EVERY_S = 60.0
"""So often one ask of one person is noted."""
NOTED_MAX = 20_000
AT_ONCE = 8
WAITING_MAX = 1_000
"""Of more at a time nothing is noted, and the log says so."""


class NoteRefused:
    """Asks of auth alone: they are what the trail is of."""

    def __init__(self, bus: Bus, tasks: Tasks) -> None:
        self._bus = bus
        self._tasks = tasks
        self._noted: dict[tuple[str, str], float] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    def __call__(self, ask: Ask, fields: dict[str, Any], asker: Asker) -> None:
        """Returns at once. `fields` are as they came."""
        if ask.owner == OWNER and self._is_first(asker.user_id, ask.name):
            user_id = fields.get("user_id")
            about = user_id if isinstance(user_id, str) and is_id(user_id) else None
            self._tasks.brief("refusal.note", self._note(Refusal(ask=ask.name, user_id=about), asker))

    def _is_first(self, user_id: str, name: str) -> bool:
        """Within EVERY_S. The oldest ones are forgotten: auth knows them, too."""
        key, now = (user_id, name), monotonic()
        if now - self._noted.get(key, now - EVERY_S) < EVERY_S:
            return False
        self._noted.pop(key, None)
        self._noted[key] = now
        if len(self._noted) > NOTED_MAX:
            del self._noted[next(iter(self._noted))]
        return True

    async def _note(self, refusal: Refusal, asker: Asker) -> None:
        why = "too_many"
        if self._waiting < WAITING_MAX:
            self._waiting += 1
            try:
                async with self._turns:
                    await self._bus.ask(ASKS["audit.note_refused"], refusal, asker)
                return
            except Refused as refused:
                why = refused.code
            finally:
                self._waiting -= 1
        log.get().warning("refusal.not_noted", ask=refusal.ask, user_id=asker.user_id, why=why)
