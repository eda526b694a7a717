"""Imports under way and done: how far one is, who may know, and which people still wait for a link."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from chassis.bus import Asker
from contracts.refusals import Refused
from contracts.things import ImportFault, ImportReport, Invitation
from services.auth.domain.import_file import Plan, listed, without_a_seat
from services.auth.domain.license import Standing, check_seats

RUNNING, DONE, INTERRUPTED = "running", "done", "interrupted"
BEAT_OLD = timedelta(seconds=15)
"""Nobody is at work on an import that has not said so for this long."""


@dataclass(frozen=True)
class Import:
    """`uninvited`: ids of people made without a password whom no mail reaches, and who were given no link yet."""

    import_id: str
    importer_id: str
    beat_at: datetime
    state: str
    total: int
    created: int = 0
    unchanged: int = 0
    faulty: int = 0
    faults: Sequence[ImportFault] = ()
    uninvited: tuple[str, ...] = ()

    @property
    def done(self) -> int:
        return self.created + self.unchanged + self.faulty

    def state_at(self, now: datetime) -> str:
        return INTERRUPTED if self.state == RUNNING and now - self.beat_at > BEAT_OLD else self.state


class Imports(Protocol):
    """Where imports are remembered, for a week. One process works on each, and it alone writes how far it is."""

    async def start(self, one: Import) -> None: ...

    async def note(self, transaction: Any | None, before: Import, after: Import) -> None:
        """How far it is now. `uninvited` of `after` begins with those of `before`."""
        ...

    async def beat(self, one: Import, now: datetime) -> None:
        """Somebody is at work on it."""
        ...

    async def interrupt(self, one: Import) -> bool:
        """Nobody is any more. False where it is done."""
        ...

    async def by_id(self, import_id: str) -> Import | None: ...

    async def invited(self, transaction: Any, before: Import, after: Import) -> None:
        """The `uninvited` of `before` that are none of `after`, its last ones, are given a link. Raises Changed where others
        were given theirs meanwhile."""
        ...


def seated(plan: Plan, standing: Standing, taken: int) -> Plan:
    """As the seats are now: for the last ones of the file there may be none. Others may take or leave some meanwhile."""
    seats = standing.claims.seats if standing.claims and not standing.fault else 0
    free = max(0, seats - taken)
    new, beyond = plan.new[:free], plan.new[free:]
    if not beyond:
        return plan
    try:
        check_seats(standing, taken + free, 1)
    except Refused as refused:
        return replace(plan, new=new, faults=plan.faults + without_a_seat(beyond, refused.refusal.message))
    return plan


def begun(import_id: str, importer_id: str, now: datetime, plan: Plan) -> Import:
    return Import(
        import_id=import_id,
        importer_id=importer_id,
        beat_at=now,
        state=RUNNING,
        total=plan.total,
        unchanged=plan.unchanged,
        faulty=plan.total - plan.unchanged - len(plan.new),
        faults=plan.faults,
    )


def check_known(asker: Asker, one: Import | None) -> Import:
    """Raises Refused `not_found`: to others it is as if there were none."""
    if one is None or (asker.role != "admin" and asker.user_id != one.importer_id):
        raise Refused("not_found", "There is no import of this id.")
    return one


def report(one: Import, now: datetime, invitations: Sequence[Invitation] = ()) -> ImportReport:
    return ImportReport(
        import_id=one.import_id,
        state=one.state_at(now),
        dry_run=False,
        total=one.total,
        done=one.done,
        created=one.created,
        unchanged=one.unchanged,
        faults=listed(one.faults),
        uninvited=len(one.uninvited),
        invitations=list(invitations) or None,
    )


def dry_report(import_id: str, plan: Plan) -> ImportReport:
    """What an import would say at its end."""
    return ImportReport(
        import_id=import_id,
        state=DONE,
        dry_run=True,
        total=plan.total,
        done=plan.total,
        created=len(plan.new),
        unchanged=plan.unchanged,
        faults=listed(plan.faults),
    )
