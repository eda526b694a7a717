"""A person who is here: what they belong to, how much of it is unread, and the connections that show it."""

from collections.abc import Iterable
from typing import Protocol

import msgspec

from contracts.messenger import ConversationRead, Feed
from contracts.things import Message, Unread, UnreadState
from services.gateway.domain.frames import Frame


class Outlet(Protocol):
    """A connection as the rooms see it."""

    is_live: bool

    @property
    def role(self) -> str:
        """Of the person, as the token says."""
        ...

    def push(self, frame: Frame) -> None:
        """At most once, in order; never waits."""
        ...


class Track(msgspec.Struct):
    """Where a person stands in one conversation. What has a seq above `from_seq` concerns them; above `told_above` it is
    told as it is sent, what is below is history. `own_seq`: their newest message heard here.

    Markers and own messages reach the stream in either order: what is read is the same after both.
    """

    from_seq: int
    told_above: int
    read_seq: int
    last_seq: int
    version: int = 0
    sent_above: int = 0
    own_seq: int = 0
    counted: int = 0
    """How much of the person's total is this conversation's."""

    @property
    def unread(self) -> int:
        return max(0, self.last_seq - self.read_seq)

    def hear(self, message: Message, user_id: str) -> None:
        """Of a message for this person: one's own is read, unless it was there when the marker was put back, or says how they
        changed the group."""
        self.last_seq = max(self.last_seq, message.seq)
        if message.sender_id == user_id and message.change is None:
            self.own_seq = max(self.own_seq, message.seq)
            self._move_to_own()

    def read(self, marker: ConversationRead) -> None:
        """Of this person's marker: the newest version counts. Those from before there were versions go forward only."""
        if marker.version > self.version:
            self.version, self.sent_above, self.read_seq = marker.version, marker.sent_above, marker.seq
            self._move_to_own()
        elif not self.version:
            self.read_seq = max(self.read_seq, marker.seq)

    def _move_to_own(self) -> None:
        if self.own_seq > self.sent_above:
            self.read_seq = max(self.read_seq, self.own_seq)


class Person:
    """`tracks` by conversation; `lost` are groups they were in lately, and why they are not now; `dirty` conversations have
    an unread to tell: all that changed since the last telling. `is_waiting` and `unread_due` are the unread teller's."""

    __slots__ = ("_total", "dirty", "is_waiting", "lost", "outlets", "tracks", "unread_due", "user_id")

    def __init__(self, user_id: str) -> None:
        self.user_id = user_id
        self.tracks: dict[str, Track] = {}
        self.lost: dict[str, str] = {}
        self.outlets: list[Outlet] = []
        self.dirty: set[str] = set()
        self.unread_due = 0.0
        self.is_waiting = False
        self._total = 0

    def take(self, feed: Feed) -> None:
        self.tracks = {
            m.conversation_id: Track(m.from_seq, m.from_seq, m.read_seq, m.last_seq, m.read_version, m.sent_above)
            for m in feed.memberships
        }
        self.lost = {lost.conversation_id: lost.reason for lost in feed.lost}

        self._total = 0
        for track in self.tracks.values():
            self._count(track)

    def lose(self, conversation_id: str, reason: str) -> bool:
        """False where they do not belong to it."""
        track = self.tracks.pop(conversation_id, None)
        if track is None:
            return False
        self._total -= track.counted
        self.lost[conversation_id] = reason
        return True

    def unread_of(self, changed: Iterable[str]) -> UnreadState:
        """Of those conversations, at least all that changed since this was asked last; the total is over all."""
        conversations = []
        for conversation_id in sorted(changed):
            track = self.tracks.get(conversation_id)
            if track is not None:
                self._count(track)
                conversations.append(
                    Unread(
                        conversation_id=conversation_id,
                        unread=track.counted,
                        last_seq=track.last_seq,
                        read_seq=track.read_seq,
                        version=track.version,
                    )
                )
        return UnreadState(total=self._total, conversations=conversations)

    def unread_state(self) -> UnreadState:
        """Of all."""
        return self.unread_of(self.tracks)

    def _count(self, track: Track) -> None:
        unread = track.unread
        self._total += unread - track.counted
        track.counted = unread
