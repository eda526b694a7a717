"""Logging in: a right password gives a session and its first tokens; one that must be changed gives neither."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chassis.bus import Asker
from chassis.clock import Clock, new_id
from contracts.auth import Login, Tokens
from contracts.refusals import unavailable
from services.auth.actions.check_password import CheckPassword
from services.auth.actions.remember import Remember
from services.auth.domain.license import Licensing
from services.auth.domain.license import notices as license_notices
from services.auth.domain.password_age import PasswordAge
from services.auth.domain.people import Changed, People, Person
from services.auth.domain.presences import Presences
from services.auth.domain.sessions import Session, Sessions
from services.auth.domain.tokens import Mint

ACTION = "auth.login"
TRIES = 3
"""Each means that somebody changed this person meanwhile."""


@dataclass(frozen=True)
class LogIn:
    people: People
    sessions: Sessions
    remember: Remember
    check_password: CheckPassword
    password_age: PasswordAge
    presences: Presences
    mint: Mint
    clock: Clock
    refresh_life: timedelta
    licensing: Licensing
    sessions_max: int

    async def __call__(self, asker: Asker, request: Login) -> Tokens:
        for _ in range(TRIES):
            person = await self.check_password(asker, ACTION, request.login, request.password)
            if refused := self.password_age.refusal(person, self.clock.now()):
                raise await self.remember.refusal(asker, ACTION, refused, target=person)
            try:
                return await self._start(asker, person)
            except Changed:
                continue
        raise unavailable("Auth")

    async def _start(self, asker: Asker, person: Person) -> Tokens:
        """Only as long as the person is who the password was right for: what ends all sessions ends this one, too, or
        comes before it. Raises Changed."""
        now = self.clock.now()
        session = Session(
            session_id=new_id("s"),
            user_id=person.user_id,
            generation=1,
            created_at=now,
            expires_at=now + self.refresh_life,
            used_at=now,
            address=asker.address,
            client=asker.client,
        )

        async def make_room(transaction: Any) -> None:
            pushed_out = await self.sessions.make_room(transaction, session, self.sessions_max)
            await self.remember.ended(transaction, asker, person, pushed_out, {"sessions_max": str(self.sessions_max)})

        await self.remember(
            asker,
            ACTION,
            lambda transaction: self.people.hold(transaction, person),
            lambda transaction: self.sessions.start(transaction, session),
            make_room,
            actor=person,
            target=person,
            in_turn=True,
            session_id=session.session_id,
        )
        of_license = license_notices(self.licensing.standing, person.role, now)
        notices = [*self.password_age.notices(person, now), *of_license]
        user, version = self.presences.user(person), person.version
        return self.mint.tokens(user, session.session_id, session.generation, now, notices, version=version)
