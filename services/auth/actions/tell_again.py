"""Telling a new stream what must be known from it: which sessions ended while their access tokens still live, and everybody as
they are now, by which a token's role and name are judged. A stream is new that this database has not been told to: the first,
one made anew after a loss, or beside a database that was restored."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from chassis import log
from chassis.clock import Clock

MARGIN = timedelta(seconds=60)


class Streams(Protocol):
    """Where is remembered which stream has been told."""

    async def is_told(self, epoch: str) -> bool: ...

    async def note_told(self, epoch: str) -> None: ...


class Sessions(Protocol):
    async def tell_ended(self, since: datetime) -> int:
        """Of those that ended since then: how many. Told under the same ids as when they did."""
        ...


class Users(Protocol):
    async def tell_all(self) -> int:
        """Of everybody: how many."""
        ...


@dataclass(frozen=True)
class TellAgain:
    """`span`: the life of an access token."""

    streams: Streams
    sessions: Sessions
    users: Users
    clock: Clock
    span: timedelta

    async def __call__(self, epoch: str) -> None:
        """Several replicas may do so at once. Raises what the stores and NATS do, and may then be called again."""
        if await self.streams.is_told(epoch):
            return
        ended = await self.sessions.tell_ended(self.clock.now() - self.span - MARGIN)
        people = await self.users.tell_all()
        await self.streams.note_told(epoch)
        log.get().info("stream.told_again", epoch=epoch, sessions_ended=ended, people=people)
