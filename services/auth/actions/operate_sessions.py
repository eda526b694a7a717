"""Anybody's sessions, for an operator, who knows a person by the login: listing them, and ending one or all."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType

from chassis.bus import Asker
from chassis.clock import Clock
from contracts.auth import EndSessionsOf as Ending
from contracts.auth import ListSessionsOf as Listing
from contracts.auth import SessionList, SessionsEnded
from contracts.limits import is_id
from contracts.refusals import Refused
from services.auth.actions.list_sessions import that_fit
from services.auth.actions.remember import Remember
from services.auth.domain.people import People, Person
from services.auth.domain.sessions import AlreadyEnded, Session, Sessions, as_session

BY: Mapping[str, str] = MappingProxyType({"by": "operator"})


@dataclass(frozen=True)
class ListSessionsOf:
    people: People
    sessions: Sessions
    clock: Clock

    async def __call__(self, _: Asker, request: Listing) -> SessionList:
        person = await _person(self.people, request.login)
        found = await self.sessions.open_of(person.user_id, self.clock.now())
        return SessionList(sessions=list(that_fit([as_session(one, "") for one in found])))


@dataclass(frozen=True)
class EndSessionsOf:
    people: People
    sessions: Sessions
    remember: Remember
    clock: Clock

    async def __call__(self, asker: Asker, request: Ending) -> SessionsEnded:
        person = await _person(self.people, request.login)
        if request.session_id is None:
            ending = await self.sessions.open_of(person.user_id, self.clock.now())
        else:
            ending = [await self._session(person, request.session_id)]
        return SessionsEnded(session_ids=[one.session_id for one in ending if await self._end(asker, person, one)])

    async def _session(self, person: Person, session_id: str) -> Session:
        session = await self.sessions.by_id(session_id) if is_id(session_id) else None
        if session is None or session.user_id != person.user_id:
            raise Refused("not_found", f"{person.login} has no session of this id.")
        return session

    async def _end(self, asker: Asker, person: Person, session: Session) -> bool:
        """Each by itself, with an entry of its own."""
        if session.ended_at is not None:
            return False
        with suppress(AlreadyEnded):
            await self.remember(
                asker,
                "session.end",
                lambda transaction: self.sessions.end(transaction, session, "ended", self.clock.now()),
                target=person,
                session_id=session.session_id,
                detail=BY,
            )
            return True
        return False


async def _person(people: People, login: str) -> Person:
    person = await people.by_login(login)
    if person is None:
        raise Refused("not_found", "There is nobody of this login.")
    return person
