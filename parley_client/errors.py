"""How something fails for whoever asked, or listened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

PASSING = ("unavailable", "rate_limited")
"""Codes of refusals after which the same may succeed."""


class ParleyError(Exception):
    """Whatever this package raises."""


class Refused(ParleyError):
    """The server said no. `code` is one of `contract.lists.STATUS`, where `ADVICE` says what to do; `errors` names the fields
    at fault."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        retry_after_s: float | None = None,
        errors: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.retry_after_s = retry_after_s
        self.errors = errors or {}

    @property
    def is_passing(self) -> bool:
        return self.code in PASSING


class Unanswered(ParleyError):
    """No answer came: perhaps it is done, perhaps not."""


class Ended(ParleyError):
    """It is over, and returning as it was is of no use: the session was ended, the credential is refused. `code` is one of
    `contract.lists.ENDINGS` or `STATUS`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class Closed(ParleyError):
    """This client was closed."""


class OutboxFull(ParleyError):
    """Too many messages wait to be sent."""
