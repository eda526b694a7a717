"""Giving a person a new password, whoever asks for it: checked against the policy and the earlier ones, hashed, dated."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from chassis.bus import Asker
from chassis.clock import Clock
from contracts.refusals import unavailable
from services.auth.domain.guessing import origin_of
from services.auth.domain.password_policy import Policy
from services.auth.domain.passwords import Passwords
from services.auth.domain.people import Person

HASHED_S = 3.0
"""All hashes of one request are made within that, or nothing is changed: later its asker has been told `unavailable`, and
believes in the old password."""


def hashed_by() -> float:
    """The end of HASHED_S that begin now, by the event loop's clock."""
    return asyncio.get_running_loop().time() + HASHED_S


@asynccontextmanager
async def in_time(until: float) -> AsyncIterator[None]:
    """`until`: as `hashed_by` said when the request came, however often it is tried again. Raises Refused `unavailable` once
    that is over; what waits for a thread then is not done."""
    try:
        async with asyncio.timeout_at(until) as limit:
            yield
    except TimeoutError:
        raise unavailable("Auth") from None
    if limit.expired():  # a driver kept the cancellation to itself
        raise unavailable("Auth")


@dataclass(frozen=True)
class NewPassword:
    """Remembers nothing: the person made is for `People.change`, the caller's."""

    policy: Policy
    passwords: Passwords
    clock: Clock

    async def __call__(
        self, asker: Asker, person: Person, password: str, field: str, *, must_change: bool = False
    ) -> Person:
        """`field` is the request's, for the refusals: `password_policy`, `password_reused`; `unavailable` as Passwords."""
        self.policy.check(password, field)
        whose = origin_of(asker.address)
        if await self.passwords.is_any(password, self.policy.barred(person), whose):
            raise self.policy.reused(field)
        return replace(
            person,
            password_hash=await self.passwords.hash(password, whose),
            former_hashes=self.policy.kept(person),
            password_changed_at=self.clock.now(),
            must_change=must_change,
        )
