"""The licence: whom it warns of its end and when, and how many people it lets in. It never keeps anybody out who is in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chassis.clock import rfc3339
from contracts.license import Claims, days_left
from contracts.refusals import Refused
from contracts.things import License, Notice

WARN_DAYS = 30


@dataclass(frozen=True)
class Standing:
    """What the licence file says. Neither: none is configured, and there is no limit. `fault`, a sentence: one is, and it
    cannot be taken for a licence."""

    claims: Claims | None = None
    fault: str | None = None


class Licensing(Protocol):
    """The licence as it is now: read at start, and again within a minute of a change of the file."""

    @property
    def standing(self) -> Standing: ...


class Seats(Protocol):
    """How many people who are not disabled there may be."""

    async def take(self, transaction: Any, count: int = 1) -> None:
        """To be awaited in the transaction that adds or enables `count` people, before it does. Raises Refused
        `seats_exhausted` where fewer are free, also to all but one of those who take the last at the same time. Costs
        nothing without a licence."""
        ...

    async def taken(self) -> int:
        """By people who are not disabled."""
        ...


def check_seats(standing: Standing, taken: int, count: int) -> None:
    """Raises Refused `seats_exhausted`. A file that is no licence frees no seat: damaging it must not lift the limit."""
    if standing.fault is not None:
        raise Refused("seats_exhausted", "The licence file is not valid: until it is, nobody new can be let in.")
    if standing.claims is not None and taken + count > standing.claims.seats:
        who = f"the licence has {standing.claims.seats} seats, and {taken} are taken"
        raise Refused("seats_exhausted", f"No seat is free: {who}. Write to {standing.claims.contact}.")


def notices(standing: Standing, role: str, now: datetime) -> list[Notice]:
    """At log-in. The end concerns everyone, and says whom to write to; that the file is not valid, those who can mend it."""
    if standing.fault is not None and role == "admin":
        return [Notice(code="license_invalid", severity="error", message=f"The licence is not valid. {standing.fault}")]
    claims = standing.claims
    if claims is None or _state(claims, now) == "valid":
        return []
    days, is_over = days_left(claims, now), _state(claims, now) == "expired"
    what = "The licence expired" if is_over else f"The licence expires in {days} day{'' if days == 1 else 's'},"
    on = claims.expires_at.astimezone(now.tzinfo).date().isoformat()
    return [
        Notice(
            code="license_expired" if is_over else "license_expiring",
            severity="error" if is_over else "warning",
            message=f"{what} on {on}: write to {claims.contact}.",
            days_left=days,
            contact=claims.contact,
        )
    ]


def as_license(claims: Claims, seats_taken: int, now: datetime) -> License:
    """The licence as admins see it."""
    return License(
        license_id=claims.license_id,
        customer=claims.customer,
        seats=claims.seats,
        seats_taken=seats_taken,
        expires_at=rfc3339(claims.expires_at),
        contact=claims.contact,
        state=_state(claims, now),
        days_left=days_left(claims, now),
    )


def _state(claims: Claims, now: datetime) -> str:
    if now >= claims.expires_at:
        return "expired"
    return "expiring" if days_left(claims, now) <= WARN_DAYS else "valid"
