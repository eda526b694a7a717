"""Listing sessions: one's own, or those of someone one may manage."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from chassis.bus import Asker
from chassis.clock import Clock
from contracts.auth import ListSessions as Request
from contracts.auth import SessionList
from contracts.limits import is_id
from contracts.things import Session
from services.auth.domain.people import People, known, may_manage
from services.auth.domain.sessions import LISTED_BYTES_MAX, Sessions, as_session

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True)
class ListSessions:
    people: People
    sessions: Sessions
    clock: Clock

    async def __call__(self, asker: Asker, request: Request) -> SessionList:
        user_id = asker.user_id if request.user_id is None else request.user_id
        if user_id != asker.user_id:
            person = known(await self.people.by_id(user_id) if is_id(user_id) else None)
            known(person if may_manage(asker.role, person) else None)
        found = await self.sessions.open_of(user_id, self.clock.now())
        return SessionList(sessions=list(that_fit([as_session(one, asker.session_id) for one in found])))


def that_fit(sessions: Sequence[Session]) -> Iterator[Session]:
    """Into one answer, from the first: all that there may be, as long as no client's name is made to be long."""
    left = LISTED_BYTES_MAX
    for one in sessions:
        left -= len(_encode(one)) + 1
        if left < 0:
            return
        yield one
