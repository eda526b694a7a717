"""Choosing a password by a link from a mail: that of a reset, or of an invitation. It works once."""

from dataclasses import dataclass

from chassis.bus import Asker
from chassis.clock import Clock, rfc3339
from contracts.auth import PASSWORD_CHANGED, PasswordChanged
from contracts.auth import ResetPassword as Request
from contracts.refusals import unavailable
from contracts.table import Nothing
from services.auth.actions.guard import Guard
from services.auth.actions.new_password import NewPassword, hashed_by, in_time
from services.auth.actions.remember import Remember
from services.auth.domain.links import Link, Links, hash_of, invalid, is_good
from services.auth.domain.people import Changed, People, Person
from services.auth.domain.sessions import Sessions

ACTION = "auth.reset_password"
TRIES = 3
"""Each means that somebody changed this person meanwhile."""


@dataclass(frozen=True)
class ResetPassword:
    """A token that is none costs one look at an index. A password that is refused leaves the link as it was."""

    people: People
    sessions: Sessions
    links: Links
    remember: Remember
    new_password: NewPassword
    guard: Guard
    clock: Clock

    async def __call__(self, asker: Asker, request: Request) -> Nothing:
        token_hash = hash_of(request.token)
        until = hashed_by()
        for _ in range(TRIES):
            link = await self.links.by_token(token_hash)
            if link is None:
                raise invalid()
            person = await self._whose(asker, link)
            async with in_time(until):
                changed = await self.new_password(asker, person, request.new_password, "new_password")
            try:
                await self._remember(asker, link, token_hash, person, changed)
            except Changed:
                continue
            await self.guard.unlock(person.login)
            return Nothing()
        raise unavailable("Auth")

    async def _whose(self, asker: Asker, link: Link) -> Person:
        """Raises Refused `reset_token_invalid`."""
        person = await self.people.by_id(link.user_id)
        if person is None or person.disabled or not is_good(link, self.clock.now()):
            raise await self.remember.refusal(asker, ACTION, invalid(), target=person)
        return person

    async def _remember(self, asker: Asker, link: Link, token_hash: bytes, person: Person, changed: Person) -> None:
        """Raises Changed, and Refused where the link was used meanwhile."""
        now = changed.password_changed_at
        body = PasswordChanged(user_id=person.user_id, reason="reset", at=rfc3339(now))
        await self.remember(
            asker,
            ACTION,
            lambda transaction: self.links.use(transaction, link, token_hash),
            lambda transaction: self.people.change(transaction, person, changed, (PASSWORD_CHANGED, body)),
            lambda transaction: self.sessions.end_all(transaction, person.user_id, "password_changed", now),
            actor=person,
            target=person,
            in_turn=True,
            detail={"link": link.kind},
        )
