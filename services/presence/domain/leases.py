"""Leases: what is asked of the place that keeps them, and which batches it takes."""

from collections.abc import Iterable, Sequence
from typing import Protocol

import msgspec

from contracts.limits import WATCHED_MAX, is_id
from contracts.presence import PEOPLE_MAX, ClosedLease, Lease, ListPresence
from contracts.refusals import Refused
from services.presence.domain.people import Choice, Connection, Person, Remembered

BATCH_MAX = 500


class Change(msgspec.Struct, frozen=True):
    """Something to tell. `entry` is what the store knows it by."""

    entry: str
    about: Person | Connection


class Opening(msgspec.Struct, frozen=True):
    changes: list[Change]
    last_endings: dict[str, str]


class Sweeping(msgspec.Struct, frozen=True):
    """`born`: when this store was first empty. `is_known`: it has been recalled who was here before that."""

    born: int
    is_known: bool
    swept: int
    changes: list[Change]


class Setting(msgspec.Struct, frozen=True):
    """`person` as they are now, whatever of it is told later."""

    is_known: bool
    person: Person
    changes: list[Change]


class Listing(msgspec.Struct, frozen=True):
    is_known: bool
    people: list[Person]


class Leases(Protocol):
    """Every call but `recall` is one atomic step. Each change of a person it brings about is, in that step, also put into
    an outbox, where it stays until `forget_told`. All times are the store's own.

    Leases that nobody could renew, because nobody swept for a third of a lease time or because the store was lost, get
    one lease time more. For so long nobody becomes offline who was here before it was lost: other leases of theirs may
    not have been renewed yet, and no connection is told lost, and nobody away.

    Of one person at most five changes are told at once, then two a second: what comes in between is told as one. Nothing
    is decided of anybody before it is known who was here."""

    async def open(self, leases: Sequence[Lease]) -> Opening:
        """At most BATCH_MAX. Opens or prolongs; gives, and forgets, the endings kept for the sessions."""
        ...

    async def renew(self, leases: Sequence[Lease]) -> list[Change]:
        """At most BATCH_MAX. Opens again what is gone, unless it was closed less than one lease time ago."""
        ...

    async def close(self, leases: Sequence[ClosedLease]) -> list[Change]: ...

    async def touch(self, user_ids: Sequence[str]) -> list[Change]:
        """These people did something just now; those who are not here do not count."""
        ...

    async def choose(self, user_id: str, choice: Choice) -> Setting:
        """In place of what was chosen before. Counts as doing something. Changes nothing where it is not known who is here."""
        ...

    async def end_sessions(self, sessions: Sequence[tuple[str, str]]) -> tuple[bool, list[Change]]:
        """People, and their sessions that have ended: their connections are not lost. Whether it was known who is here;
        else it is to be told again."""
        ...

    async def sweep(self) -> Sweeping:
        """Decides what is due by now, of each kind at most BATCH_MAX: leases that expired, people who were here before a loss,
        who is away, choices that end, connections that are lost. To be called only while leases can be renewed."""
        ...

    async def recall(self, born: int, remembered: Remembered) -> None:
        """Fills in what was known before the store was lost, once; where it was lost again since `born`, does nothing.
        May be called again, and by several at once."""
        ...

    async def look(self, user_ids: Iterable[str]) -> Listing:
        """Those the store does not know are offline."""
        ...

    async def page(self, after: str, count: int) -> Listing:
        """The first `count` who are not offline, by id, with an id above `after`."""
        ...

    async def untold(self, age_ms: int) -> list[Change]:
        """At most BATCH_MAX changes that nobody has told for so long."""
        ...

    async def forget_told(self, changes: Iterable[Change]) -> None: ...

    async def is_told(self, epoch: str) -> bool:
        """Whether the stream of this epoch has been told of everybody."""
        ...

    async def note_told(self, epoch: str) -> None: ...


def check_batch(leases: Sequence[Lease] | Sequence[ClosedLease]) -> None:
    if len(leases) > BATCH_MAX:
        raise Refused("invalid", f"At most {BATCH_MAX} leases at once.")
    if not all(is_id(lease.user_id) and is_id(lease.lease_id) for lease in leases):
        raise Refused("invalid", "A lease needs the ids of a lease and of a person.")


def check_touched(user_ids: Sequence[str]) -> None:
    if len(user_ids) > BATCH_MAX:
        raise _invalid("user_ids", f"At most {BATCH_MAX} people at once.")
    if not all(map(is_id, user_ids)):
        raise _invalid("user_ids", "Ids of people only.")


def check_watched(user_ids: Sequence[str]) -> None:
    if len(user_ids) > WATCHED_MAX:
        raise _invalid("user_ids", f"At most {WATCHED_MAX} people at once.")
    if not all(map(is_id, user_ids)):
        raise _invalid("user_ids", "Ids of people only.")


def page_of(request: ListPresence) -> tuple[int, str]:
    """How many, after whom. Of people that are named there are no pages. Raises Refused `invalid`."""
    limit, cursor = request.limit, request.cursor
    if limit is not None and not 1 <= limit <= PEOPLE_MAX:
        raise _invalid("limit", f"1 to {PEOPLE_MAX}.")
    if cursor is not None and (request.user_ids is not None or not is_id(cursor)):
        raise _invalid("cursor", "Not a cursor of this listing.")
    return limit or PEOPLE_MAX, cursor or ""


def check_known(is_known: bool) -> None:
    """While a lost store is filled again: better no answer than a wrong one."""
    if not is_known:
        raise Refused("unavailable", "Who is here is being found out: try again.", retry_after_s=1.0)


def _invalid(field: str, fault: str) -> Refused:
    return Refused("invalid", f"This is not right: {field}.", errors={field: [fault]})
