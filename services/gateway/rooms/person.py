"""A person who is here: what they belong to, how much of it is unread, and the connections that show it."""

from typing import Protocol

import msgspec

from contracts.messenger import Feed
from contracts.things import Message, Unread, UnreadState


class Outlet(Protocol):
    """A connection as the rooms see it."""

    is_live: bool

    def push(self, frame: object) -> None:
        """At most once, in order; never waits."""
        ...


class Track(msgspec.Struct):
    """Where a person stands in one conversation."""

    from_seq: int
    read_seq: int
    last_seq: int

    @property
    def unread(self) -> int:
        return max(0, self.last_seq - self.read_seq)

    def hear(self, message: Message, user_id: str) -> None:
        """Of a message for this person: one's own is read."""
        self.last_seq = max(self.last_seq, message.seq)
        if message.sender_id == user_id:
            self.read_seq = max(self.read_seq, message.seq)


class Person:
    """`tracks` by conversation; `lost` are groups they were in lately, and why they are not now; `dirty` conversations have
    an unread to tell."""

    __slots__ = ("dirty", "is_flushing", "lost", "outlets", "tracks", "unread_at", "user_id")

    def __init__(self, user_id: str) -> None:
        self.user_id = user_id
        self.tracks: dict[str, Track] = {}
        self.lost: dict[str, str] = {}
        self.outlets: list[Outlet] = []
        self.dirty: set[str] = set()
        self.unread_at = 0.0
        self.is_flushing = False

    def take(self, feed: Feed) -> None:
        self.tracks = {m.conversation_id: Track(m.from_seq, m.read_seq, m.last_seq) for m in feed.memberships}
        self.lost = {lost.conversation_id: lost.reason for lost in feed.lost}

    def unread_state(self, conversation_ids: set[str] | None = None) -> UnreadState:
        """Of the conversations named, or of all; the total is over all."""
        named = self.tracks.keys() if conversation_ids is None else conversation_ids & self.tracks.keys()
        return UnreadState(
            total=sum(track.unread for track in self.tracks.values()),
            conversations=[
                Unread(conversation_id=c, unread=t.unread, last_seq=t.last_seq, read_seq=t.read_seq)
                for c in sorted(named)
                if (t := self.tracks[c])
            ],
        )
