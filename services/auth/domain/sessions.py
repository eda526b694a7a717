"""Sessions: one per login. Its refresh tokens are a family of generations, of which only the newest is good for long.

A token of a service account is a session, too, that an admin begins and whose secret is its only proof: so whatever ends
sessions ends it, everywhere and at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Protocol

from chassis.clock import rfc3339
from contracts.endings import ENDINGS, end_told
from contracts.refusals import Refused
from contracts.things import Session as SeenSession

REPEAT = timedelta(seconds=30)
"""So long the refresh token before the newest gives the newest: an answer may have been lost, or another tab was faster."""
SUPERSEDED_KEPT = 1
OPEN_MAX = 1_000
"""Of one person, at most, whatever is set."""
LISTED_BYTES_MAX = 850_000
"""NATS carries 1 MiB at once by default."""


@dataclass(frozen=True)
class Superseded:
    generation: int
    at: datetime


@dataclass(frozen=True)
class Session:
    """Refresh token `generation` is the good one. `superseded`: at most SUPERSEDED_KEPT before it, newest last; of sessions
    from before, more. `token_hash` and `scope`: of a token of a service account alone."""

    session_id: str
    user_id: str
    generation: int
    created_at: datetime
    expires_at: datetime
    used_at: datetime
    address: str = ""
    client: str = ""
    superseded: tuple[Superseded, ...] = ()
    ended_at: datetime | None = None
    reason: str | None = None
    ended_by: str | None = None
    token_hash: bytes | None = None
    scope: str | None = None

    @property
    def is_token(self) -> bool:
        """Of a service account. `client` is its name then."""
        return self.token_hash is not None


class AlreadyEnded(Exception):
    """Somebody else has ended this session."""


class Sessions(Protocol):
    """Where sessions are remembered."""

    async def start(self, transaction: Any, session: Session) -> None:
        """Remembers it and tells session.started."""
        ...

    async def make_room(self, transaction: Any, session: Session, most: int) -> list[str]:
        """Ends those of this person that were used longest ago, so that with `session`, just started, there are `most`. Of
        many beyond only some end now. The ids of those that did."""
        ...

    async def end_all(
        self,
        transaction: Any,
        user_id: str,
        reason: str,
        now: datetime,
        *,
        but: str | None = None,
        by: str | None = None,
    ) -> None:
        """Ends every session of this person, except `but`. `by`: who did it."""
        ...

    async def by_id(self, session_id: str) -> Session | None: ...

    async def by_token(self, token_hash: bytes) -> Session | None: ...

    async def touch(self, session: Session, now: datetime) -> None:
        """Remembers that it was used."""
        ...

    async def tokens(self, user_id: str | None, now: datetime) -> list[Session]:
        """Those of this service account, or of all, that are good: newest first, at most OPEN_MAX."""
        ...

    async def open_of(self, user_id: str, now: datetime) -> list[Session]:
        """Neither ended nor expired, newest first, at most OPEN_MAX."""
        ...

    async def rotate(self, session: Session, now: datetime, expires_at: datetime) -> Session | None:
        """To the next generation, atomically; None where another was first or the session has ended. `now` is when it was
        last used."""
        ...

    async def end(
        self, transaction: Any, session: Session, reason: str, now: datetime, *, by: str | None = None
    ) -> None:
        """Ends it and tells session.ended. Raises AlreadyEnded."""
        ...


class Step(Enum):
    """What a refresh token leads to."""

    ROTATE = "rotate"
    REPEAT = "repeat"
    END = "end"


def next_step(session: Session, generation: int, now: datetime) -> Step:
    """Raises Refused: `session_ended`, `token_expired`, `token_invalid`. Of those that were replaced the last one alone is good
    for REPEAT: whoever shows an older one has kept it, and the newest is somebody else's."""
    if session.ended_at is not None:
        raise ended(session)
    if now >= session.expires_at:
        raise Refused("token_expired", "The refresh token has expired: log in again.")
    if generation > session.generation:
        raise Refused("token_invalid", "This is not a refresh token of this session.")
    if generation == session.generation:
        return Step.ROTATE
    is_last = generation == session.generation - 1
    is_fresh = any(one.generation == generation and now - one.at <= REPEAT for one in session.superseded)
    return Step.REPEAT if is_last and is_fresh else Step.END


def as_session(session: Session, current_id: str) -> SeenSession:
    """As its owner sees it; `current_id` is the session that asks."""
    return SeenSession(
        session_id=session.session_id,
        created_at=rfc3339(session.created_at),
        last_used_at=rfc3339(session.used_at),
        expires_at=rfc3339(session.expires_at),
        address=session.address or None,
        client=session.client or None,
        current=session.session_id == current_id,
    )


def ended(session: Session | None = None) -> Refused:
    """`session`: the one that has, where it is known."""
    if session is None or session.ended_at is None:
        return Refused("session_ended", ENDINGS["session_ended"].message)
    reason, message = end_told(session.reason, session.user_id, session.ended_by)
    return Refused("session_ended", message, reason=reason)


def disabled() -> Refused:
    return Refused("account_disabled", "This account is disabled.")
