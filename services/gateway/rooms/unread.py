"""Telling unread counts: at once after quiet, then at most twice a second per person.

Whoever was told in one turn of the event loop waits together for the next time.
"""

import asyncio

from services.gateway.domain.frames import push
from services.gateway.rooms.person import Person

PAUSE_S = 0.5


class UnreadTeller:
    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._at_once: list[Person] = []
        self._later: dict[float, list[Person]] = {}
        """By when they may be told."""

    def touch(self, person: Person, conversation_id: str) -> None:
        person.dirty.add(conversation_id)
        if person.is_waiting:
            return
        person.is_waiting = True
        due = person.unread_due
        waiting = self._later.get(due)
        if waiting is not None:
            waiting.append(person)
        elif due > self._loop.time():
            self._later[due] = [person]
            self._loop.call_at(due, self._go_on, due)
        else:
            if not self._at_once:
                self._loop.call_soon(self._go)
            self._at_once.append(person)

    def _go(self) -> None:
        people, self._at_once = self._at_once, []
        self._tell(people)

    def _go_on(self, due: float) -> None:
        self._tell(self._later.pop(due))

    def _tell(self, people: list[Person]) -> None:
        due = self._loop.time() + PAUSE_S
        for person in people:
            person.is_waiting = False
            person.unread_due = due
            dirty, person.dirty = person.dirty, set()
            live = [outlet for outlet in person.outlets if outlet.is_live]
            if live and dirty:
                frame = push("unread", person.unread_of(dirty))
                for outlet in live:
                    outlet.push(frame)
