"""Listing sessions: one's own, or those of someone one may manage."""

from dataclasses import dataclass

from chassis.bus import Asker
from chassis.clock import Clock
from contracts.auth import ListSessions as Request
from contracts.auth import SessionList
from contracts.limits import is_id
from services.auth.domain.people import People, known, may_manage
from services.auth.domain.sessions import Sessions, as_session


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
        return SessionList(sessions=[as_session(one, asker.session_id) for one in found])
