"""Bringing a connection from its CONNECT to `ready`: lease, memberships, what it missed or a snapshot, then live."""

import asyncio

from chassis.bus import Asker, Bus
from chassis.clock import SystemClock, rfc3339
from contracts.client import Ready
from contracts.everything import ASKS
from contracts.messenger import Feed as LoadedFeed
from contracts.messenger import Feeds, LoadFeeds, Snapshot
from contracts.notifier import Notices
from contracts.presence import Lease
from contracts.refusals import Refused
from contracts.table import Nothing
from contracts.things import Notice
from services.gateway.domain.cursor import Cursor, parse
from services.gateway.domain.frames import push
from services.gateway.doors.sockets.connection import Connection
from services.gateway.rooms.feed import Feed
from services.gateway.rooms.leases import Leases
from services.gateway.rooms.loading import Gathered
from services.gateway.rooms.memory import Memory
from services.gateway.rooms.past import Past
from services.gateway.rooms.person import Person

PEOPLE_AT_ONCE = 100


class Admission:
    def __init__(self, bus: Bus, feed: Feed, past: Past, leases: Leases) -> None:
        self._bus = bus
        self._feed = feed
        self._past = past
        self._leases = leases
        self._feeds: Gathered[str, tuple[int, LoadedFeed]] = Gathered(self._load, PEOPLE_AT_ONCE)
        self._clock = SystemClock()

    async def __call__(self, connection: Connection, cursor_text: object) -> None:
        """Returns when the connection is live. Raises Refused or TimeoutError when a part is away."""
        user_id = connection.user_id
        lease = Lease(lease_id=connection.lease_id, user_id=user_id, session_id=connection.identity.session_id)
        last_ending, notices, _ = await asyncio.gather(
            self._leases.open(lease), self._notices(user_id), self._person(user_id)
        )
        cursor = parse(cursor_text)
        past: Memory | None = None
        recovered = self._can_recover(cursor)
        if recovered and cursor is not None and cursor.seq < self._feed.memory.start:
            try:
                past = await self._past.since(cursor.seq)
            except (LookupError, TimeoutError):
                recovered = False
        if recovered:
            # no await from here on: what the stream brings meanwhile comes after `ready`
            person = await self._person(user_id)
            if past is not None and not self._joins(past):
                recovered = False
        if recovered and cursor is not None:
            self._recover(connection, person, cursor.seq, past, notices, last_ending)
        else:
            await self._start_anew(connection, user_id, notices, last_ending)

    def _can_recover(self, cursor: Cursor | None) -> bool:
        return cursor is not None and cursor.epoch == self._feed.epoch and self._past.reaches(cursor.seq)

    def _joins(self, past: Memory) -> bool:
        return past.end >= self._feed.memory.start

    def _recover(
        self,
        connection: Connection,
        person: Person,
        after: int,
        past: Memory | None,
        notices: list[Notice],
        last_ending: str | None,
    ) -> None:
        missed = self._feed.missed(person, after, past) if past is not None else []
        reached = missed[-1].seq if missed else after
        for said in (*missed, *self._feed.missed(person, max(after, reached))):
            connection.push(said.frame)
        cursor = Cursor(self._feed.epoch, self._feed.position)
        connection.push(push("ready", self._ready(connection, cursor, notices, last_ending, None)))
        connection.push(push("unread", person.unread_state()))
        person.outlets.append(connection)
        connection.is_live = True

    async def _start_anew(
        self, connection: Connection, user_id: str, notices: list[Notice], last_ending: str | None
    ) -> None:
        known_at = self._feed.position
        asker = Asker(user_id=user_id, role=connection.identity.user.role, session_id=connection.identity.session_id)
        snapshot: Snapshot = await self._bus.ask(ASKS["feed.snapshot"], Nothing(), asker)
        person = await self._person(user_id)
        cursor = Cursor(self._feed.epoch, known_at)
        connection.push(push("ready", self._ready(connection, cursor, notices, last_ending, snapshot)))
        for said in self._feed.missed(person, known_at):
            connection.push(said.frame)
        connection.push(push("unread", person.unread_state()))
        person.outlets.append(connection)
        connection.is_live = True

    def _ready(
        self,
        connection: Connection,
        cursor: Cursor,
        notices: list[Notice],
        last_ending: str | None,
        snapshot: Snapshot | None,
    ) -> Ready:
        return Ready(
            user=connection.identity.user,
            cursor=str(cursor),
            recovered=snapshot is None,
            server_time=rfc3339(self._clock.now()),
            notices=notices,
            last_ending=last_ending,
            snapshot=snapshot,
        )

    async def _person(self, user_id: str) -> Person:
        """The person with everything up to now. Does not wait for one who is here already."""
        person = self._feed.people.get(user_id)
        if person is None:
            known_at, loaded = await self._feeds.get(user_id)
            person = self._feed.people.get(user_id)
            if person is None:
                if known_at < self._feed.memory.start:
                    raise TimeoutError
                person = Person(user_id)
                person.take(loaded)
                self._feed.admit(person, known_at)
        return person

    async def _load(self, user_ids: list[str]) -> dict[str, tuple[int, LoadedFeed]]:
        known_at = self._feed.position
        feeds: Feeds = await self._bus.ask(ASKS["feed.load"], LoadFeeds(user_ids=user_ids))
        return {feed.user_id: (known_at, feed) for feed in feeds.feeds}

    async def _notices(self, user_id: str) -> list[Notice]:
        """None while the notifier is away: they come again."""
        try:
            notices: Notices = await self._bus.ask(ASKS["notice.list"], Nothing(), Asker(user_id=user_id), 1.0)
        except Refused:
            return []
        return notices.notices
