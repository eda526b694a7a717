"""Logging out: the session ends, everywhere at once. What has ended already may be ended again."""

from contextlib import suppress
from dataclasses import dataclass

from chassis.bus import Asker
from chassis.clock import Clock
from contracts.auth import Logout
from contracts.table import Nothing
from services.auth.actions.remember import Remember
from services.auth.domain.people import People
from services.auth.domain.sessions import AlreadyEnded, Sessions
from services.auth.domain.tokens import Mint


@dataclass(frozen=True)
class LogOut:
    people: People
    sessions: Sessions
    remember: Remember
    mint: Mint
    clock: Clock

    async def __call__(self, asker: Asker, request: Logout) -> Nothing:
        session_id = asker.session_id or self.mint.read_refresh(request.refresh_token)[0]
        session = await self.sessions.by_id(session_id)
        if session is not None and session.ended_at is None:
            with suppress(AlreadyEnded):
                await self.remember(
                    asker,
                    "auth.logout",
                    lambda transaction: self.sessions.end(transaction, session, "logout", self.clock.now()),
                    actor=await self.people.by_id(session.user_id),
                    session_id=session_id,
                )
        return Nothing()
