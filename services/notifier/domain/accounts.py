"""Notices of what somebody else did to a person's account: a session ended, a password set."""

import hashlib

from contracts.auth import PasswordChanged, SessionEnded
from services.notifier.domain.notices import RaisedNotice

MINUTE_CHARS = len("2026-03-04T05:06")


def notice_of_account(_: str, event: SessionEnded | PasswordChanged) -> RaisedNotice | None:
    """Those of one kind within a minute are one: somebody's sessions are ended together. None: they did it themselves, or
    something else tells them."""
    said = _of_session(event) if isinstance(event, SessionEnded) else _of_password(event)
    if said is None:
        return None
    code, severity, message = said
    which = f"{event.user_id} {code} {event.at[:MINUTE_CHARS]}"
    return RaisedNotice(
        notice_id="ntc_" + hashlib.sha256(which.encode()).hexdigest()[:32],
        user_id=event.user_id,
        code=code,
        severity=severity,
        message=message,
        raised_at=event.at,
    )


def _of_session(event: SessionEnded) -> tuple[str, str, str] | None:
    if event.reason == "token_reused":
        return (
            "session_key_reused",
            "warning",
            "A session of yours was ended because its key came twice: somebody else may have had it. Change your password.",
        )
    if event.reason == "ended" and event.by != event.user_id:
        return "session_ended", "info", "A session of yours was ended by somebody who looks after accounts."
    return None


def _of_password(event: PasswordChanged) -> tuple[str, str, str] | None:
    if event.reason == "set" and event.by != event.user_id:
        return "password_set", "warning", "Your password was set by somebody who looks after accounts."
    if event.reason == "reset":
        return "password_reset", "info", "Your password was chosen anew, by a link that was mailed to you."
    return None
