"""Bringing a connection from its CONNECT to `ready`: lease, memberships, what it missed or a snapshot, then live."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from itertools import islice

import msgspec
import nats.errors

from chassis.bus import Asker, Bus
from chassis.clock import SystemClock, rfc3339
from contracts import limits
from contracts.client import Limits, Ready
from contracts.everything import ASKS
from contracts.messenger import Feed as LoadedFeed
from contracts.messenger import Feeds, LoadFeeds, Snapshot
from contracts.notifier import Notices
from contracts.presence import Lease
from contracts.refusals import Refused
from contracts.table import Nothing
from contracts.things import Notice, User
from services.gateway.domain.cursor import Cursor, parse
from services.gateway.domain.frames import Frame, push
from services.gateway.doors.sockets.connection import Connection, SlowReader
from services.gateway.rooms.concern import concerns
from services.gateway.rooms.feed import Feed
from services.gateway.rooms.leases import Leases
from services.gateway.rooms.loading import Gathered
from services.gateway.rooms.memory import Memory
from services.gateway.rooms.past import Past
from services.gateway.rooms.person import Person
from services.gateway.rooms.presence_board import PresenceBoard
from services.gateway.rooms.said import Said

PEOPLE_AT_ONCE = 100
SNAPSHOTS_AT_ONCE = 32
"""Each can be a megabyte."""
PAST_S = 30.0
AT_ONCE_BYTES = 128 * 1024
"""What is pushed without a pause: together with what may still wait, less than a connection's buffer."""

LIMITS = Limits(
    text_bytes_max=limits.TEXT_BYTES_MAX,
    name_chars_max=limits.NAME_CHARS_MAX,
    note_chars_max=limits.NOTE_CHARS_MAX,
    email_chars_max=limits.EMAIL_CHARS_MAX,
    search_chars_max=limits.NAME_CHARS_MAX,
    members_max=limits.MEMBERS_MAX,
    pinned_max=limits.PINNED_MAX,
    import_bytes_max=limits.IMPORT_BYTES_MAX,
    import_people_max=limits.IMPORT_PEOPLE_MAX,
)
"""Of the contract. Of the windows messenger knows: it tells with each feed."""


class Admission:
    def __init__(self, bus: Bus, feed: Feed, past: Past, leases: Leases, board: PresenceBoard) -> None:
        self._bus = bus
        self._feed = feed
        self._past = past
        self._leases = leases
        self._board = board
        self._feeds: Gathered[str, tuple[int, LoadedFeed]] = Gathered(self._load, PEOPLE_AT_ONCE)
        self._snapshots = asyncio.Semaphore(SNAPSHOTS_AT_ONCE)
        self._clock = SystemClock()
        self._limits = LIMITS

    async def __call__(self, connection: Connection, cursor_text: object) -> None:
        """Returns when the connection is live. Raises Refused or TimeoutError when a part is away, and SlowReader."""
        user_id = connection.user_id
        lease = Lease(lease_id=connection.lease_id, user_id=user_id, session_id=connection.identity.session_id)
        asked_at = self._feed.position
        last_ending, notices, _ = await asyncio.gather(
            self._open(lease, connection), self._notices(connection), self._person(user_id)
        )
        cursor = parse(cursor_text)
        if cursor is None or not await self._recovers(connection, cursor, notices, last_ending):
            await self._start_anew(connection, notices, last_ending)
        for frame in self._feed.announced(connection.role, asked_at):
            connection.push(frame)  # between the notices and now; nothing came since it went live: nobody waited

    async def _open(self, lease: Lease, connection: Connection) -> str | None:
        """A service account has none: it is neither here nor away, and nobody is told that its connection is lost."""
        return None if connection.identity.is_service else await self._leases.open(lease)

    async def _recovers(
        self, connection: Connection, cursor: Cursor, notices: list[Notice], last_ending: str | None
    ) -> bool:
        """False where the cursor is of no use: nothing was pushed then."""
        feed, after = self._feed, cursor.after
        if cursor.epoch != feed.epoch or not self._past.reaches(after):
            return False
        async with AsyncExitStack() as held:
            past: Memory | None = None
            if after < feed.memory.start:
                try:
                    past = await held.enter_async_context(self._past.since(after))
                except (LookupError, TimeoutError, nats.errors.Error):
                    return False
            person = await self._person(connection.user_id)
            if past is not None and past.end < feed.memory.start:
                return False
            for frame in feed.held_back(person, after, past) if not cursor.part else ():
                connection.push(frame)
            if past is not None:
                missed, after = feed.missed(person, after, past), past.end
                await self._write_past(connection, person, missed, cursor, past)
        await self._catch_up(connection, person, after, cursor)
        connection.push(push("ready", self._ready(connection, self._now(), notices, last_ending, None)))
        self._go_live(connection, person)
        return True

    async def _start_anew(self, connection: Connection, notices: list[Notice], last_ending: str | None) -> None:
        identity = connection.identity
        asker = Asker(user_id=identity.user.user_id, role=identity.user.role, session_id=identity.session_id)
        async with self._snapshots:
            known = self._now()
            snapshot: Snapshot = await self._bus.ask(ASKS["feed.snapshot"], Nothing(), asker)
            person = await self._person(connection.user_id)
            connection.push(push("ready", self._ready(connection, known, notices, last_ending, snapshot)))
        await self._catch_up(connection, person, known.seq, known)
        self._go_live(connection, person)

    async def _catch_up(self, connection: Connection, person: Person, after: int, cursor: Cursor) -> None:
        """Pushes what the memory holds after `after`, no faster than it is read; nothing came since when it returns.

        Raises SlowReader for one slower than the feed.
        """
        while True:
            await connection.flows()
            if after < self._feed.memory.start:
                raise SlowReader
            missed = self._feed.missed(person, after)
            frames = [frame for said in missed for frame in self._untold(said, cursor)]
            if sum(len(frame.wire) for frame in frames) <= AT_ONCE_BYTES:
                for frame in frames:
                    connection.push(frame)
                return
            after = self._feed.position
            await self._write(connection, person, missed, cursor)

    async def _write_past(
        self, connection: Connection, person: Person, missed: list[Said], cursor: Cursor, past: Memory
    ) -> None:
        """Raises SlowReader for one who would hold the past for too long."""
        try:
            async with asyncio.timeout(PAST_S):
                await self._write(connection, person, missed, cursor, past)
        except TimeoutError:
            raise SlowReader from None

    async def _write(
        self, connection: Connection, person: Person, missed: list[Said], cursor: Cursor, memory: Memory | None = None
    ) -> None:
        for said in missed:
            for frame in self._untold(said, cursor, memory):
                if concerns(said, person):
                    connection.push(frame)
                await connection.flows()  # before the next is made: it may be deleted meanwhile

    def _untold(self, said: Said, cursor: Cursor, memory: Memory | None = None) -> Iterator[Frame]:
        """What tells it to a client that came with this cursor."""
        frames = self._feed.frames(said, memory)
        return islice(frames, cursor.part, None) if said.seq == cursor.seq else frames

    def _go_live(self, connection: Connection, person: Person) -> None:
        connection.push(push("unread", person.unread_state()))
        person.outlets.append(connection)
        connection.is_live = True

    def _now(self) -> Cursor:
        return Cursor(self._feed.epoch, self._feed.position)

    def _ready(
        self,
        connection: Connection,
        cursor: Cursor,
        notices: list[Notice],
        last_ending: str | None,
        snapshot: Snapshot | None,
    ) -> Ready:
        return Ready(
            user=self._as_seen(connection.identity.user),
            cursor=str(cursor),
            recovered=snapshot is None,
            server_time=rfc3339(self._clock.now()),
            notices=notices,
            last_ending=last_ending,
            snapshot=snapshot,
            limits=self._limits,
        )

    def _as_seen(self, user: User) -> User:
        """With the status that others see, or are about to."""
        (seen,) = self._board.of([user.user_id])
        status = "online" if seen.status == "offline" else seen.status
        return msgspec.structs.replace(user, status=status, last_seen_at=seen.last_seen_at)

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
                person.take(self._feed.heard(loaded))
                self._feed.admit(person, known_at)
        return person

    async def _load(self, user_ids: list[str]) -> dict[str, tuple[int, LoadedFeed]]:
        known_at = self._feed.position
        feeds: Feeds = await self._bus.ask(ASKS["feed.load"], LoadFeeds(user_ids=user_ids))
        self._limits = msgspec.structs.replace(
            LIMITS, edit_window_s=feeds.edit_window_s, delete_window_s=feeds.delete_window_s
        )
        return {feed.user_id: (known_at, feed) for feed in feeds.feeds}

    async def _notices(self, connection: Connection) -> list[Notice]:
        """None while the notifier is away: they come again."""
        try:
            asker = Asker(user_id=connection.user_id, role=connection.role)
            notices: Notices = await self._bus.ask(ASKS["notice.list"], Nothing(), asker, 1.0)
        except Refused:
            return []
        return notices.notices
