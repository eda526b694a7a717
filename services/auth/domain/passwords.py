"""Passwords: what may be one, and what is promised of their hashes."""

from collections.abc import Sequence
from typing import Protocol

from contracts.limits import PASSWORD_BYTES_MAX


class Passwords(Protocol):
    """Slow on purpose, off the event loop. Raises Refused `unavailable` when more are waiting than an asker waits for;
    an asker that is cancelled costs nothing more."""

    async def hash(self, password: str) -> bytes: ...

    async def is_right(self, password: str, password_hash: bytes | None) -> bool:
        """None, for nobody, and a password that can be none take the same time as a wrong one."""
        ...

    async def is_any(self, password: str, hashes: Sequence[bytes]) -> bool:
        """Whether one of them is this password's."""
        ...


def password_fault(password: str) -> str | None:
    """None where this may be a password."""
    data = encoded(password)
    if not data:
        return "At least one character."
    if b"\0" in data:
        return "Not with a NUL in it."
    return f"At most {PASSWORD_BYTES_MAX} bytes." if len(data) > PASSWORD_BYTES_MAX else None


def encoded(password: str) -> bytes:
    """Empty for what is no text."""
    try:
        return password.encode()
    except UnicodeEncodeError:
        return b""
