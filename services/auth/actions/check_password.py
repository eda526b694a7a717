"""Who a login and a password speak for: the one place where a password that came in is looked at."""

from dataclasses import dataclass

from chassis.bus import Asker
from contracts.limits import LOGIN
from contracts.refusals import Refused
from services.auth.actions.guard import Guard
from services.auth.actions.remember import Remember
from services.auth.domain.guessing import origin_of
from services.auth.domain.passwords import Passwords
from services.auth.domain.people import People, Person
from services.auth.domain.sessions import disabled


@dataclass(frozen=True)
class CheckPassword:
    people: People
    remember: Remember
    passwords: Passwords
    guard: Guard

    async def __call__(self, asker: Asker, action: str, login: str, password: str) -> Person:
        """Whose password this is, expired or not. Raises Refused: `too_many_attempts`; `invalid_credentials`, in the same
        time whether there is such a person or not; `account_disabled`, only where the password is right. The latter two are
        in the trail then."""
        async with self.guard.attempt(asker, login) as attempt:
            person = await self.people.by_login(login) if LOGIN.fullmatch(login) else None
            password_hash = person.password_hash or None if person else None
            is_right = await self.passwords.is_right(password, password_hash, origin_of(asker.address))
            if person is None or not is_right:
                raise await self.remember.refusal(asker, action, wrong(), target=person)
            await attempt.right()
        if person.disabled:
            raise await self.remember.refusal(asker, action, disabled(), target=person)
        return person


def wrong() -> Refused:
    return Refused("invalid_credentials", "Login or password is wrong.")
