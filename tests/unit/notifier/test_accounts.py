"""Which changes of an account are worth a notice to whose it is."""

import pytest

from contracts.auth import PasswordChanged, SessionEnded
from services.notifier.domain.accounts import notice_of_account

AT = "2026-03-04T05:06:07.089Z"


def ended(reason: str, by: str | None, at: str = AT, session_id: str = "s1") -> SessionEnded:
    return SessionEnded(session_id=session_id, user_id="ada", reason=reason, at=at, by=by)


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (ended("ended", "root"), "session_ended"),
        (ended("ended", None), "session_ended"),  # by an operator
        (ended("ended", "ada"), None),
        (ended("logout", "ada"), None),
        (ended("disabled", "root"), None),
        (ended("password_changed", "root"), None),
        (ended("token_reused", None), "session_key_reused"),
        (PasswordChanged(user_id="ada", reason="set", at=AT, by="root"), "password_set"),
        (PasswordChanged(user_id="ada", reason="reset", at=AT), "password_reset"),
        (PasswordChanged(user_id="ada", reason="changed", at=AT), None),
    ],
)
def test_what_somebody_else_did_is(event: SessionEnded | PasswordChanged, code: str | None) -> None:
    notice = notice_of_account("", event)
    assert (notice.code if notice else None) == code


def test_sessions_that_end_together_are_one_notice() -> None:
    later = "2026-03-04T05:06:59.999Z", "2026-03-04T05:07:00.000Z"
    events = [ended("ended", "root"), *(ended("ended", "root", at, f"s{at}") for at in later)]
    ids = [notice.notice_id for event in events if (notice := notice_of_account("", event))]
    assert ids[0] == ids[1] != ids[2]
