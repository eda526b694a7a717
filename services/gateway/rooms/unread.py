"""Telling unread counts: at once after quiet, then at most twice a second per person."""

import asyncio

from chassis.clock import monotonic
from services.gateway.domain.frames import push
from services.gateway.rooms.person import Person

PAUSE_S = 0.5


class UnreadTeller:
    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()

    def touch(self, person: Person, conversation_id: str) -> None:
        person.dirty.add(conversation_id)
        if not person.is_flushing:
            person.is_flushing = True
            wait = person.unread_at + PAUSE_S - monotonic()
            if wait <= 0:
                self._loop.call_soon(self._flush, person)
            else:
                self._loop.call_later(wait, self._flush, person)

    def _flush(self, person: Person) -> None:
        person.is_flushing = False
        person.unread_at = monotonic()
        dirty, person.dirty = person.dirty, set()
        live = [outlet for outlet in person.outlets if outlet.is_live]
        if live and dirty:
            frame = push("unread", person.unread_state(dirty))
            for outlet in live:
                outlet.push(frame)
