"""Passwords: what may be one, and what is promised of their hashes."""

from collections.abc import Sequence
from typing import Protocol

from contracts.limits import PASSWORD_BYTES_MAX

EMPTY = "At least one character."
TOO_LONG = f"At most {PASSWORD_BYTES_MAX} bytes."


class Passwords(Protocol):
    """Slow on purpose, off the event loop. Raises Refused `unavailable` when more are waiting than an asker waits for;
    an asker that is cancelled costs nothing more. `whose`: an origin, or "" for none in particular. Origins take turns, and
    the one that waits with most is refused first: one alone keeps nobody else out."""

    async def hash(self, password: str, whose: str = "") -> bytes: ...

    async def is_right(self, password: str, password_hash: bytes | None, whose: str = "") -> bool:
        """None, for nobody, and a password that can be none take the same time as a wrong one."""
        ...

    async def is_any(self, password: str, hashes: Sequence[bytes], whose: str = "") -> bool:
        """Whether one of them is this password's."""
        ...


def password_faults(password: str) -> list[str]:
    """Why this can be no password, whatever the policy says. bcrypt reads up to a NUL, and no further than its limit."""
    data = encoded(password)
    faults = ((not data, EMPTY), (len(data) > PASSWORD_BYTES_MAX, TOO_LONG), (b"\0" in data, "Not with a NUL in it."))
    return [fault for is_so, fault in faults if is_so]


def encoded(password: str) -> bytes:
    """Empty for what is no text."""
    try:
        return password.encode()
    except UnicodeEncodeError:
        return b""
