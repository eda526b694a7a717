"""Logging in: a right password gives a session and its first tokens."""

from dataclasses import dataclass
from datetime import timedelta

from chassis.bus import Asker
from chassis.clock import Clock, new_id
from contracts.auth import Login, Tokens
from contracts.limits import LOGIN
from contracts.refusals import Refused
from services.auth.actions.remember import Remember
from services.auth.domain.passwords import Passwords
from services.auth.domain.people import People
from services.auth.domain.presences import Presences
from services.auth.domain.sessions import Session, Sessions, disabled
from services.auth.domain.tokens import Mint

ACTION = "auth.login"


@dataclass(frozen=True)
class LogIn:
    people: People
    sessions: Sessions
    remember: Remember
    passwords: Passwords
    presences: Presences
    mint: Mint
    clock: Clock
    refresh_life: timedelta

    async def __call__(self, asker: Asker, request: Login) -> Tokens:
        person = await self.people.by_login(request.login) if LOGIN.fullmatch(request.login) else None
        is_right = await self.passwords.is_right(request.password, person.password_hash if person else None)
        if person is None or not is_right:
            raise await self.remember.refusal(asker, ACTION, wrong(), target=person)
        if person.disabled:
            raise await self.remember.refusal(asker, ACTION, disabled(), target=person)
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
        await self.remember(
            asker,
            ACTION,
            lambda transaction: self.sessions.start(transaction, session),
            actor=person,
            target=person,
            session_id=session.session_id,
        )
        return self.mint.tokens(self.presences.user(person), session.session_id, session.generation, now)


def wrong() -> Refused:
    return Refused("invalid_credentials", "Login or password is wrong.")
