"""Setting somebody's password, for those who may manage them. Every session of theirs ends, and a lock."""

from dataclasses import dataclass

from chassis.bus import Asker
from chassis.clock import rfc3339
from contracts.auth import PASSWORD_CHANGED, PasswordChanged
from contracts.auth import SetPassword as Request
from contracts.limits import is_id
from contracts.refusals import Refused, unavailable
from contracts.table import LEADERS, Nothing
from services.auth.actions.guard import Guard
from services.auth.actions.new_password import NewPassword, hashed_by, in_time
from services.auth.actions.remember import Remember
from services.auth.domain.links import Links
from services.auth.domain.people import Changed, People, Person, check_managed, known
from services.auth.domain.sessions import Sessions

ACTION = "user.set_password"
TRIES = 3
"""Each means that somebody changed this person meanwhile."""


@dataclass(frozen=True)
class SetPassword:
    people: People
    sessions: Sessions
    links: Links
    remember: Remember
    new_password: NewPassword
    guard: Guard

    async def __call__(self, asker: Asker, request: Request) -> Nothing:
        until = hashed_by()
        for _ in range(TRIES):
            person = known(await self.people.by_id(request.user_id) if is_id(request.user_id) else None)
            try:
                check_managed(asker.role, person)
                if person.is_service:
                    raise Refused("forbidden", "A service account has no password: make a token.")
                if asker.user_id == person.user_id:
                    raise Refused("forbidden", "Change your own password with the current one: auth.change_password.")
            except Refused as refused:
                raise await self.remember.refusal(asker, ACTION, refused, target=person) from None
            async with in_time(until):
                changed = await self.new_password(
                    asker, person, request.password, "password", must_change=request.must_change
                )
            try:
                await self._remember(asker, person, changed)
            except Changed:
                continue
            await self.guard.unlock(person.login)
            return Nothing()
        raise unavailable("Auth")

    async def _remember(self, asker: Asker, person: Person, changed: Person) -> None:
        """Raises Changed."""
        now = changed.password_changed_at
        body = PasswordChanged(user_id=person.user_id, reason="set", at=rfc3339(now), by=asker.user_id or None)
        await self.remember(
            asker,
            ACTION,
            lambda transaction: self.people.change(transaction, person, changed, (PASSWORD_CHANGED, body)),
            lambda transaction: self.links.void(transaction, person.user_id),
            lambda transaction: self.sessions.end_all(
                transaction, person.user_id, "password_changed", now, by=asker.user_id or None
            ),
            target=person,
            in_turn=True,
            holding=person.role in LEADERS,
            detail={"must_change": str(changed.must_change).lower()},
        )
