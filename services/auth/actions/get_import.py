"""How far an import is; and, once it is done, the links of those whom no mail reaches, for whoever imported them.

Of links only hashes are stored, so they are made when they are given: any replica can, and an import that outlives its answer
or its process loses none."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chassis import log
from chassis.bus import Asker
from chassis.clock import Clock, monotonic
from contracts.auth import GetImport as Request
from contracts.auth import ImportAnswer
from contracts.table import LEADERS
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
AT_ONCE = 500
"""Links of one transaction, each with its entry in the trail."""
GIVE_S = 2.8
"""An asker waits for 4 s."""
AROUND_BYTES = len('{"login":"","link":""},')


@dataclass(frozen=True)
class GetImport:
    people: People
    imports: Imports
    remember: Remember
    invite: Invite
    clock: Clock

    async def __call__(self, asker: Asker, request: Request) -> ImportAnswer:
        return await self.report(asker, request.import_id, give_by=monotonic() + GIVE_S)

    async def report(self, asker: Asker, import_id: str, *, give_by: float) -> ImportAnswer:
        """`give_by`: by then links are handed over, or later ones are left for another answer. Raises Refused: `not_found`."""
        one = check_known(asker, await self.imports.by_id(import_id))
        is_over = one.state_at(self.clock.now()) != RUNNING
        if one.uninvited and is_over and monotonic() < give_by and asker.user_id == one.importer_id:
            try:
                return await self._hand_over(asker, one, give_by)
            except Changed:  # another answer has them
                one = check_known(asker, await self.imports.by_id(import_id))
        return ImportAnswer(report=report(one, self.clock.now()))

    async def _hand_over(self, asker: Asker, one: Import, give_by: float) -> ImportAnswer:
        """Some at a time, at least once: those that were made are given, whatever happens with the next. Raises Changed."""
        people = {person.user_id: person for person in await self.people.by_ids(one.uninvited)}
        known = [people[user_id] for user_id in one.uninvited if user_id in people]
        waiting, left = self._that_fit(one, [person for person in known if may_manage(asker.role, person)])
        given: list[Invitation] = []
        while True:
            some, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
            after = replace(one, uninvited=tuple(person.user_id for person in (*waiting, *left)))
            try:
                given += await self._give(asker, one, after, some)
            except Exception as error:
                if not given:
                    raise
                log.get().warning("import.not_all_invited", import_id=one.import_id, kind=type(error).__name__)
                break
            one = after
            if not waiting or monotonic() >= give_by:
                break
        return ImportAnswer(report=report(one, self.clock.now(), given))

    async def _give(self, asker: Asker, one: Import, after: Import, some: Sequence[Person]) -> list[Invitation]:
        invited = self.invite(some)
        await self.remember.each(
            asker,
            ACTION,
            some,
            lambda transaction: self.imports.invited(transaction, one, after),
            invited.renew,
            detail={"import_id": one.import_id},
            holding=any(person.role in LEADERS for person in some),
        )
        urls = invited.urls
        return [Invitation(login=p.login, link=urls[p.user_id]) for p in some if p.user_id in urls]

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
