"""Every way an ask can be refused: a closed list of codes, the HTTP status of each, and the exception that carries one."""

from typing import Annotated

import msgspec

from contracts.doors import MAY_SAY_WHO
from contracts.fields import EndReason, noted
from contracts.table import EVERYONE, Ask, Wire

STATUS = {
    "invalid_credentials": 401,
    "too_many_attempts": 429,
    "account_disabled": 403,
    "password_expired": 403,
    "password_policy": 422,
    "password_reused": 422,
    "reset_token_invalid": 400,
    "smtp_not_configured": 503,
    "unknown_authorization_format": 401,
    "token_invalid": 401,
    "token_expired": 401,
    "session_ended": 401,
    "forbidden": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "conflict": 409,
    "seats_exhausted": 409,
    "invalid": 422,
    "writing_disabled": 403,
    "too_large": 413,
    "rate_limited": 429,
    "too_many_connections": 429,
    "unavailable": 503,
    "internal": 500,
}
ANY = ("invalid", "too_large", "unavailable", "internal")
"""Whatever is asked."""
RefusalCode = Annotated[str, noted(enum=list(STATUS))]
WITH_TOKEN = ("unknown_authorization_format", "token_invalid", "token_expired", "session_ended", "rate_limited")
"""Where the asker says who it is."""


class Refusal(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the asker is told. `errors` names the fields at fault; `retry_after_s` is in seconds. `reason`: of a session that
    has ended, why, where auth.refresh is refused."""

    code: RefusalCode
    message: str
    retry_after_s: float | None = None
    errors: dict[str, list[str]] | None = None
    reason: EndReason | None = None


class Problem(Wire, frozen=True):
    """A refusal over HTTP, as application/problem+json (RFC 9457). `status` is that of the response, `title` the `message`.
    `retry_after_s` is in seconds, as the header Retry-After; `errors` names the fields at fault; `reason`, of auth.refresh,
    why the session has ended."""

    type: str
    title: str
    status: int
    code: RefusalCode
    message: str
    retry_after_s: float | None = None
    errors: dict[str, list[str]] | None = None
    reason: EndReason | None = None


class Refused(Exception):
    """An expected refusal, raised where the rule is decided and translated once, at the door."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        retry_after_s: float | None = None,
        errors: dict[str, list[str]] | None = None,
        reason: str | None = None,
    ) -> None:
        assert code in STATUS, code
        super().__init__(code)
        self.refusal = Refusal(code, message, retry_after_s, errors, reason)

    @property
    def code(self) -> str:
        return self.refusal.code


def codes_of(ask: Ask) -> tuple[str, ...]:
    """All that a client may hear who asks this, in the order of STATUS."""
    codes = {*ANY, *ask.refusals}
    if not ask.open or ask.name in MAY_SAY_WHO:
        codes.update(WITH_TOKEN)
    if (
        not ask.open and (ask.roles != EVERYONE or not ask.reads)
    ) or not ask.services:  # the latter of service accounts
        codes.add("forbidden")
    return tuple(code for code in STATUS if code in codes)


def unavailable(part: str, retry_after_s: float = 1.0) -> Refused:
    """A part that is needed is away: trying again later may work."""
    return Refused("unavailable", f"{part} is away for the moment: try again.", retry_after_s=retry_after_s)
