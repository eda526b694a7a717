"""Changing one's own password, with the current one, expired or not; with a token, too, one's session goes on."""

from dataclasses import dataclass

from chassis.bus import Asker
from chassis.clock import rfc3339
from contracts.auth import PASSWORD_CHANGED, PasswordChanged
from contracts.auth import ChangePassword as Request
from contracts.refusals import Refused, unavailable
from contracts.table import Nothing
from services.auth.actions.check_password import CheckPassword
from services.auth.actions.new_password import NewPassword, hashed_by, in_time
from services.auth.actions.remember import Remember
from services.auth.domain.links import Links
from services.auth.domain.people import Changed, People, Person
from services.auth.domain.sessions import Sessions, ended

ACTION = "auth.change_password"
TRIES = 3
"""Each means that somebody changed this person meanwhile."""


@dataclass(frozen=True)
class ChangePassword:
    people: People
    sessions: Sessions
    links: Links
    remember: Remember
    check_password: CheckPassword
    new_password: NewPassword

    async def __call__(self, asker: Asker, request: Request) -> Nothing:
        login = await self._login(asker, request.login)
        until = hashed_by()
        for _ in range(TRIES):
            async with in_time(until):
                person = await self.check_password(asker, ACTION, login, request.current_password)
                changed = await self.new_password(asker, person, request.new_password, "new_password")
            try:
                await self._remember(asker, person, changed)
            except Changed:
                continue
            return Nothing()
        raise unavailable("Auth")

    async def _login(self, asker: Asker, login: str | None) -> str:
        """Raises Refused: `invalid`, `forbidden`, `session_ended`."""
        if not asker.user_id:
            if not login:
                raise Refused("invalid", "Whose password is it?", errors={"login": ["The login, or a Bearer token."]})
            return login
        person = await self.people.by_id(asker.user_id)
        if person is None:
            raise ended()
        if login is not None and login.lower() != person.login.lower():
            refused = Refused("forbidden", "This token is not of that login: leave out one of them.")
            raise await self.remember.refusal(asker, ACTION, refused, target=person)
        return person.login

    async def _remember(self, asker: Asker, person: Person, changed: Person) -> None:
        """Raises Changed."""
        now = changed.password_changed_at
        body = PasswordChanged(user_id=person.user_id, reason="changed", at=rfc3339(now))
        own = asker.session_id or None
        await self.remember(
            asker,
            ACTION,
            lambda transaction: self.people.change(transaction, person, changed, (PASSWORD_CHANGED, body)),
            lambda transaction: self.links.void(transaction, person.user_id),
            lambda transaction: self.sessions.end_all(transaction, person.user_id, "password_changed", now, but=own),
            actor=person,
            target=person,
            in_turn=True,
        )
