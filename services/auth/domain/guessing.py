"""Guessing passwords: how many wrong ones an account and an address have, and what then."""

import hashlib
import ipaddress
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from contracts.refusals import Refused

SOON_S = 1.0
"""When too many wait already: some of them are over by then."""
IPV6_PREFIX = 64
"""Whoever has one IPv6 address has all of this network."""


@dataclass(frozen=True)
class Guess:
    """One password tried. `account` and `origin` are names that memory may hold: not what was typed, and of bounded size.
    An empty `origin`: from nowhere in particular."""

    guess_id: str
    account: str
    origin: str


@dataclass(frozen=True)
class Standing:
    """`locked_s`: the account is locked for so long, and nothing was reserved. `is_busy`: neither, as many are under way as may
    be wrong. `is_slow`: too many wrong ones came from where this comes from."""

    locked_s: float | None = None
    is_busy: bool = False
    is_slow: bool = False


class Guesses(Protocol):
    """Where guesses are remembered, for all replicas at once. Each call is atomic and bounded in time, and raises Refused
    `unavailable` where they are out of reach. A reserved guess must be ended by `wrong`, `right` or `undone`; one that is
    not, because its process died, is forgotten when no asker can wait for it any more."""

    async def reserve(self, guess: Guess) -> Standing:
        """Before a password is looked at. As many may be under way as may still be wrong."""
        ...

    async def wrong(self, guess: Guess) -> bool:
        """Counts it. True where the account's lock begins with it: once for each lock."""
        ...

    async def right(self, guess: Guess) -> None:
        """Forgets every wrong one of the account, and its lock."""
        ...

    async def undone(self, guess: Guess) -> None:
        """As if it had never been."""
        ...

    async def unlock(self, account: str) -> None:
        """Forgets every wrong one of the account, and its lock."""
        ...

    async def locked_until(self, accounts: Sequence[str]) -> list[datetime | None]:
        """Of each, in the same order."""
        ...


class Forgotten(Protocol):
    """Where it is remembered from where forgotten passwords were asked for."""

    async def may_ask(self, origin: str) -> bool:
        """Counts it, unless too many came from there. As bounded, and as refused, as Guesses."""
        ...


def account_of(login: str) -> str:
    """The same for a login in any case. What is typed as a login is sometimes a password: its digest is kept, not the text."""
    return hashlib.blake2b(login.encode("utf-8", "surrogatepass").lower(), digest_size=16).hexdigest()


def origin_of(address: str) -> str:
    """An IPv4 address, or the network of an IPv6 one."""
    if not address:
        return ""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((int(ip), IPV6_PREFIX), strict=False))
    return str(ip)


def locked(left_s: float) -> Refused:
    return Refused(
        "too_many_attempts",
        "Too many attempts with this login: try again later, or ask an administrator to unlock it.",
        retry_after_s=math.ceil(left_s),
    )


def crowded() -> Refused:
    return Refused(
        "too_many_attempts",
        "Too many attempts at once with this login, or from this address: try again in a moment.",
        retry_after_s=SOON_S,
    )
