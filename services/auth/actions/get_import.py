"""How far an import is; and, once it is done, the links of those whom no mail reaches, for whoever imported them.

Of links only hashes are stored, so they are made when they are given: any replica can, and an import that outlives its answer
or its process loses none."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chassis.bus import Asker
from chassis.clock import Clock
from contracts.auth import GetImport as Request
from contracts.auth import ImportAnswer
from contracts.things import Invitation
from services.auth.actions.invite import Invite
from services.auth.actions.remember import Remember
from services.auth.domain.imports import RUNNING, Import, Imports, check_known, report
from services.auth.domain.links import url_of
from services.auth.domain.people import Changed, People, Person, may_manage

ACTION = "user.invite"
INVITED_BYTES_MAX = 850_000
"""In one answer, with its faults: NATS carries 1 MiB by default. Of 5,000 people, usually."""
FAULT_BYTES = 150
"""Of one, about: every line may have one."""
TOKEN_CHARS = 43
AROUND_BYTES = len('{"login":"","link":""},')


@dataclass(frozen=True)
class GetImport:
    people: People
    imports: Imports
    remember: Remember
    invite: Invite
    clock: Clock

    async def __call__(self, asker: Asker, request: Request) -> ImportAnswer:
        return await self.report(asker, request.import_id, hand_over=True)

    async def report(self, asker: Asker, import_id: str, *, hand_over: bool) -> ImportAnswer:
        """Raises Refused: `not_found`."""
        one = check_known(asker, await self.imports.by_id(import_id))
        is_over = one.state_at(self.clock.now()) != RUNNING
        if one.uninvited and is_over and hand_over and asker.user_id == one.importer_id:
            try:
                return await self._hand_over(asker, one)
            except Changed:  # another answer has them
                one = check_known(asker, await self.imports.by_id(import_id))
        return ImportAnswer(report=report(one, self.clock.now()))

    async def _hand_over(self, asker: Asker, one: Import) -> ImportAnswer:
        people = {person.user_id: person for person in await self.people.by_ids(one.uninvited)}
        known = [people[user_id] for user_id in one.uninvited if user_id in people]
        waiting, left = self._that_fit(one, [person for person in known if may_manage(asker.role, person)])
        after = replace(one, uninvited=tuple(person.user_id for person in left))
        invited = self.invite(waiting)
        await self.remember(
            asker,
            ACTION,
            lambda transaction: self.imports.invited(transaction, one, after),
            invited.renew,
            detail={"import_id": one.import_id, "invited": str(len(waiting))},
        )
        urls = invited.urls
        given = [Invitation(login=p.login, link=urls[p.user_id]) for p in waiting if p.user_id in urls]
        return ImportAnswer(report=report(after, self.clock.now(), given))

    def _that_fit(self, one: Import, people: Sequence[Person]) -> tuple[list[Person], list[Person]]:
        """Into one answer, and the rest. Who meanwhile has a password or is disabled needs no link."""
        waiting = [person for person in people if not person.password_hash and not person.disabled]
        url_bytes = len(url_of(self.invite.public_url, "x" * TOKEN_CHARS))
        size = FAULT_BYTES * len(one.faults)
        for count, person in enumerate(waiting):
            size += len(person.login) + url_bytes + AROUND_BYTES
            if size > INVITED_BYTES_MAX:
                return waiting[:count], waiting[count:]
        return waiting, []
