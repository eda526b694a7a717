"""Time and ids: the only source of both, so that tests can put another in its place."""

import secrets
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """UTC."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def rfc3339(moment: datetime) -> str:
    """UTC with milliseconds, as on every wire of Parley."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def new_id(prefix: str) -> str:
    """Prefix, then 96 random bits: unique and not to be guessed. Fit for a subject token."""
    return f"{prefix}_{secrets.token_urlsafe(12)}"


def monotonic() -> float:
    return time.monotonic()
