"""Ending a session, everywhere at once: one's own, or that of someone one may manage. It may be ended again."""

from contextlib import suppress
from dataclasses import dataclass

from chassis.bus import Asker
from chassis.clock import Clock
from contracts.auth import EndSession as Request
from contracts.limits import is_id
from contracts.refusals import Refused
from contracts.table import Nothing
from services.auth.actions.remember import Remember
from services.auth.domain.people import People, Person, may_manage
from services.auth.domain.sessions import AlreadyEnded, Session, Sessions


@dataclass(frozen=True)
class EndSession:
    people: People
    sessions: Sessions
    remember: Remember
    clock: Clock

    async def __call__(self, asker: Asker, request: Request) -> Nothing:
        session, owner = await self._find(asker, request.session_id)
        if session.ended_at is None:
            reason = "logout" if session.session_id == asker.session_id else "ended"
            with suppress(AlreadyEnded):
                await self.remember(
                    asker,
                    "session.end",
                    lambda transaction: self.sessions.end(
                        transaction, session, reason, self.clock.now(), by=asker.user_id or None
                    ),
                    target=owner,
                    session_id=session.session_id,
                )
        return Nothing()

    async def _find(self, asker: Asker, session_id: str) -> tuple[Session, Person]:
        """Raises Refused `not_found`: whoever may not end it is not told that it is there."""
        session = await self.sessions.by_id(session_id) if is_id(session_id) else None
        owner = await self.people.by_id(session.user_id) if session is not None else None
        if session is None or owner is None:
            raise _unknown()
        if owner.user_id != asker.user_id and not may_manage(asker.role, owner):
            raise _unknown()
        return session, owner


def _unknown() -> Refused:
    return Refused("not_found", "There is no session of this id.")
