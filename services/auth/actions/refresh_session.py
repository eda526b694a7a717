"""Refreshing: the newest refresh token gives the next, one superseded just now the newest, an older one ends all."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis import log
from chassis.bus import Asker
from chassis.clock import Clock
from contracts.auth import Refresh, Tokens
from contracts.refusals import unavailable
from services.auth.actions.remember import Remember
from services.auth.domain.license import Licensing
from services.auth.domain.license import notices as license_notices
from services.auth.domain.password_age import PasswordAge
from services.auth.domain.people import People
from services.auth.domain.presences import Presences
from services.auth.domain.sessions import AlreadyEnded, Session, Sessions, Step, disabled, ended, next_step
from services.auth.domain.tokens import Mint

TRIES = 5
"""Each lost race means that another refresh of this session succeeded meanwhile."""


@dataclass(frozen=True)
class RefreshSession:
    people: People
    sessions: Sessions
    remember: Remember
    password_age: PasswordAge
    presences: Presences
    mint: Mint
    clock: Clock
    refresh_life: timedelta
    licensing: Licensing

    async def __call__(self, asker: Asker, request: Refresh) -> Tokens:
        session_id, generation = self.mint.read_refresh(request.refresh_token)
        for _ in range(TRIES):
            session = await self.sessions.by_id(session_id)
            if session is None:
                raise ended()
            now = self.clock.now()
            step = next_step(session, generation, now)
            if step is Step.END:
                await self._end(asker, session, now)
                log.get().warning("session.token_reused", session_id=session_id, user_id=session.user_id)
                raise ended()
            person = await self.people.by_id(session.user_id)
            if person is None:
                raise ended()
            if person.disabled:
                raise disabled()
            if refused := self.password_age.refusal(person, now):
                raise refused  # and the session's sockets end with their token
            if step is Step.ROTATE:
                rotated = await self.sessions.rotate(session, now, now + self.refresh_life)
                if rotated is None:
                    continue
                session = rotated
            of_license = license_notices(self.licensing.standing, person.role, now)
            notices = [*self.password_age.notices(person, now), *of_license]
            user, version = self.presences.user(person), person.version
            return self.mint.tokens(
                user, session_id, session.generation, now, notices, version=version, since=session.used_at
            )
        raise unavailable("Auth")

    async def _end(self, asker: Asker, session: Session, now: datetime) -> None:
        """Nobody knows who showed the token: its owner late, or somebody who took it."""
        with suppress(AlreadyEnded):
            await self.remember(
                asker,
                "session.token_reused",
                lambda transaction: self.sessions.end(transaction, session, "token_reused", now),
                target=await self.people.by_id(session.user_id),
                session_id=session.session_id,
            )
