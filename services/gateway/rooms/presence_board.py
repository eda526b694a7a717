"""Who is here, as this gateway has heard: the newest version of each person, and connections that watch some or all."""

import asyncio
from typing import Protocol

from chassis import log
from chassis.bus import Bus
from chassis.tasks import Tasks
from contracts.client import PresencePush
from contracts.everything import ASKS
from contracts.presence import ListPresence, People, PresenceChanged
from contracts.refusals import Refused
from contracts.things import PersonPresence
from services.gateway.domain.frames import Frame, push

FIRST_REPAIR_S = 1.0
TICK_S = 0.25
"""Changes are told in batches, four times a second at most."""


class Watcher(Protocol):
    is_live: bool

    def push(self, frame: Frame) -> None: ...


class PresenceBoard:
    def __init__(self, bus: Bus, tasks: Tasks, repair_s: float) -> None:
        self._bus = bus
        self._tasks = tasks
        self._repair_s = repair_s
        self._people: dict[str, PersonPresence] = {}
        self._of_all: set[Watcher] = set()
        self._of_person: dict[str, set[Watcher]] = {}
        self._watched: dict[Watcher, set[str]] = {}
        self._changed: set[str] = set()
        self._assumed: set[str] = set()
        """Whom only a snapshot's silence called offline: anything said of them under the same version is news."""
        self.version = 0
        self.is_known = False
        """Whether presence has once said who is here."""

    def __len__(self) -> int:
        """Of people ever heard of."""
        return len(self._people)

    def start(self) -> None:
        self._tasks.lasting("presence.tell", self._tell())
        self._tasks.lasting("presence.repair", self._repair())

    def hear(self, body: object) -> None:
        if isinstance(body, PresenceChanged):
            self._take(body.person)

    def of(self, user_ids: list[str] | None) -> list[PersonPresence]:
        """The people named, or everyone ever heard of."""
        if user_ids is None:
            return list(self._people.values())
        return [self._people.get(one) or PersonPresence(user_id=one, status="offline") for one in user_ids]

    def watch(self, watcher: Watcher, user_ids: list[str] | None) -> None:
        """Replaces what the watcher watched. None: everyone."""
        self.unwatch(watcher)
        if user_ids is None:
            self._of_all.add(watcher)
            return
        self._watched[watcher] = set(user_ids)
        for one in user_ids:
            self._of_person.setdefault(one, set()).add(watcher)

    def unwatch(self, watcher: Watcher) -> None:
        self._of_all.discard(watcher)
        for one in self._watched.pop(watcher, ()):
            watchers = self._of_person[one]
            watchers.discard(watcher)
            if not watchers:
                del self._of_person[one]

    async def repair(self) -> None:
        """Compares with a fresh snapshot: whoever it does not name, and who was not heard of since, is offline.

        Raises Refused while presence is away.
        """
        before = {person.user_id: person.version for person in self._people.values() if person.status != "offline"}
        here: set[str] = set()
        cursor: str | None = None
        while True:
            page: People = await self._bus.ask(ASKS["presence.list"], ListPresence(cursor=cursor))
            for person in page.people:
                here.add(person.user_id)
                self._take(person)
            cursor = page.next_cursor
            if cursor is None:
                break
        self.is_known = True
        for user_id, version in before.items():
            known = self._people[user_id]
            if user_id not in here and known.version == version:
                self._put(
                    PersonPresence(user_id=user_id, status="offline", last_seen_at=known.last_seen_at, version=version)
                )
                self._assumed.add(user_id)

    def _take(self, person: PersonPresence) -> None:
        known = self._people.get(person.user_id)
        if known is not None and known.version + (person.user_id not in self._assumed) > person.version:
            return
        self._assumed.discard(person.user_id)
        self._put(person)

    def _put(self, person: PersonPresence) -> None:
        known = self._people.get(person.user_id)
        self._people[person.user_id] = person
        self.version = max(self.version, person.version)
        if known is None or _shown(known) != _shown(person):
            self._changed.add(person.user_id)

    async def _tell(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            if not self._changed:
                continue
            changed, self._changed = self._changed, set()
            everything = [self._people[one] for one in changed]
            if self._of_all:
                frame = push("presence", PresencePush(people=everything, version=self.version))
                for watcher in list(self._of_all):
                    watcher.push(frame)
            told: dict[Watcher, list[PersonPresence]] = {}
            for person in everything:
                for watcher in self._of_person.get(person.user_id, ()):
                    told.setdefault(watcher, []).append(person)
            for watcher, people in told.items():
                watcher.push(push("presence", PresencePush(people=people, version=self.version)))

    async def _repair(self) -> None:
        while True:
            await asyncio.sleep(self._repair_s if self.is_known else FIRST_REPAIR_S)
            try:
                await self.repair()
            except Refused as refused:
                log.get().warning("presence.not_repaired", code=refused.code)


def _shown(person: PersonPresence) -> tuple[str | None, ...]:
    return person.status, person.status_until, person.note, person.note_until
