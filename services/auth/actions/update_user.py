"""Changing a person: name, e-mail address, role, disabled or not. Nobody is ever deleted: what they wrote keeps its author.

Disabling ends every session in the same moment; a role is told with the change, so that every gateway refuses access tokens
that say another. What changes nothing is answered alike, and neither told nor remembered. Who has no password yet and loses a
link by the change gets another, by mail or in the answer.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from chassis.bus import Asker
from chassis.clock import Clock
from contracts.auth import UpdateUser as Request
from contracts.auth import UserAnswer
from contracts.limits import is_id
from contracts.refusals import Refused, unavailable
from services.auth.actions.invite import Invite
from services.auth.actions.remember import Remember
from services.auth.domain.links import Links
from services.auth.domain.people import Changed, People, Person, known
from services.auth.domain.person_changes import (
    check_admins_left,
    check_change,
    detail,
    fields_changed,
    is_disabling,
    is_enabling,
    is_to_be_invited,
    makes_a_leader,
    takes_an_admin,
    told,
    voids_links,
)
from services.auth.domain.presences import Presences
from services.auth.domain.sessions import Sessions

ACTION = "user.update"
TRIES = 5
"""Each means that somebody else changed this person meanwhile."""


@dataclass(frozen=True)
class UpdateUser:
    """`admit` is awaited in the transaction that enables a person, before it does: it raises Refused where nobody more may
    be."""

    people: People
    sessions: Sessions
    links: Links
    invite: Invite
    remember: Remember
    presences: Presences
    clock: Clock
    admit: Callable[[Any], Awaitable[None]]

    async def __call__(self, asker: Asker, request: Request) -> UserAnswer:
        for _ in range(TRIES):
            before = known(await self.people.by_id(request.user_id) if is_id(request.user_id) else None)
            try:
                after = check_change(asker, before, request)
                link = await self._remember(asker, before, after) if fields_changed(before, after) else None
            except Changed:
                continue
            except Refused as refused:
                if refused.code == "invalid":
                    raise
                raise await self.remember.refusal(asker, ACTION, refused, target=before) from None
            return UserAnswer(user=self.presences.user(after), invitation=link)
        raise unavailable("Auth")

    async def _remember(self, asker: Asker, before: Person, after: Person) -> str | None:
        """The link to hand over to somebody invited again whom no mail reaches. Raises Changed, and Refused: `conflict` for
        the last admin, `seats_exhausted`."""
        invited = self.invite([after] if is_to_be_invited(before, after) else [])

        async def change(transaction: Any) -> None:
            if takes_an_admin(before, after):
                check_admins_left(await self.people.other_admins(transaction, before.user_id))
            if is_enabling(before, after) and not after.is_service:
                await self.admit(transaction)
            await self.people.change(transaction, before, after, *told(before, after))
            if voids_links(before, after):
                await self.links.void(transaction, before.user_id)
            await invited.renew(transaction)
            if is_disabling(before, after):
                await self.sessions.end_all(
                    transaction, before.user_id, "disabled", self.clock.now(), by=asker.user_id or None
                )

        await self.remember(
            *(asker, ACTION, change),
            target=before,
            detail=detail(before, after),
            in_turn=True,
            holding=makes_a_leader(before, after),
        )
        return invited.urls.get(after.user_id)
