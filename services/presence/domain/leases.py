"""Leases: what is asked of the place that keeps them, and which batches it takes."""

from collections.abc import Iterable, Sequence
from typing import Protocol

import msgspec

from contracts.limits import WATCHED_MAX, is_id
from contracts.presence import ClosedLease, Lease
from contracts.refusals import Refused
from services.presence.domain.people import Person

BATCH_MAX = 500


class Opening(msgspec.Struct, frozen=True):
    changes: list[Person]
    last_endings: dict[str, str]


class Sweeping(msgspec.Struct, frozen=True):
    """`born`: when this store was first empty. `is_warming`: it was lost, and not everybody has renewed yet."""

    born: int
    is_warming: bool
    expired: int
    changes: list[Person]


class Listing(msgspec.Struct, frozen=True):
    born: int
    warming_ms: int
    people: list[Person]


class Leases(Protocol):
    """Every call is one atomic step. Each change of a person it brings about is, in that step, also put into an outbox,
    where it stays until `forget_told`. Times are ms since 1970. While the store is warming nobody becomes offline."""

    async def open(self, leases: Sequence[Lease], now_ms: int) -> Opening:
        """At most BATCH_MAX. Opens or prolongs; gives, and forgets, the endings kept for the sessions."""
        ...

    async def renew(self, leases: Sequence[Lease], now_ms: int) -> list[Person]:
        """At most BATCH_MAX. Opens again what is gone, unless it was closed less than one lease time ago."""
        ...

    async def close(self, leases: Sequence[ClosedLease], now_ms: int) -> list[Person]: ...

    async def sweep(self, now_ms: int) -> Sweeping:
        """Expires at most BATCH_MAX leases."""
        ...

    async def settle(self, user_ids: Sequence[str], now_ms: int) -> list[Person]:
        """After a loss: whoever of these the store has not heard of since is offline."""
        ...

    async def look(self, user_ids: Iterable[str] | None, now_ms: int) -> Listing:
        """None: everyone who is not offline. Those the store does not know are offline."""
        ...

    async def untold(self, before_ms: int) -> list[Person]:
        """At most BATCH_MAX changes of before that time which nobody has told yet."""
        ...

    async def forget_told(self, changes: Iterable[Person]) -> None: ...


def check_batch(leases: Sequence[Lease] | Sequence[ClosedLease]) -> None:
    if len(leases) > BATCH_MAX:
        raise Refused("invalid", f"At most {BATCH_MAX} leases at once.")
    if not all(is_id(lease.user_id) and is_id(lease.lease_id) for lease in leases):
        raise Refused("invalid", "A lease needs the ids of a lease and of a person.")


def check_watched(user_ids: Sequence[str]) -> None:
    if len(user_ids) > WATCHED_MAX:
        raise Refused("invalid", f"At most {WATCHED_MAX} people at once.")


def check_warm(warming_ms: int) -> None:
    """Who is here is not known while a lost store fills again: better no answer than a wrong one."""
    if warming_ms > 0:
        raise Refused("unavailable", "Who is here is being found out: try again.", retry_after_s=warming_ms / 1000)
