"""Every way an ask can be refused: a closed list of codes, the HTTP status of each, and the exception that carries one."""

import msgspec

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


class Refusal(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the asker is told. `errors` names the fields at fault; `retry_after_s` is in seconds."""

    code: str
    message: str
    retry_after_s: float | None = None
    errors: dict[str, list[str]] | None = None


class Refused(Exception):
    """An expected refusal, raised where the rule is decided and translated once, at the door."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        retry_after_s: float | None = None,
        errors: dict[str, list[str]] | None = None,
    ) -> None:
        assert code in STATUS, code
        super().__init__(code)
        self.refusal = Refusal(code, message, retry_after_s, errors)

    @property
    def code(self) -> str:
        return self.refusal.code


def unavailable(part: str, retry_after_s: float = 1.0) -> Refused:
    """A part that is needed is away: trying again later may work."""
    return Refused("unavailable", f"{part} is away for the moment: try again.", retry_after_s=retry_after_s)
