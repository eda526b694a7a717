"""What a mail is made of: nothing in it is read as anything but what it says."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest

from contracts.notifier import SendMail
from contracts.refusals import Refused
from services.notifier.domain.mails import composed, is_address

NOW = datetime(2026, 1, 5, tzinfo=UTC)


def mail(to: str = "ada@example.org", subject: str = "Your password") -> bytes:
    request = SendMail(to=to, subject=subject, text="Open this.", html="<p>Open this.</p>")
    return composed(request, "Parley <parley@example.org>", "m_1", NOW).as_bytes()


@pytest.mark.parametrize("to", ["ada@example.org", "a=b?c@example.org", "ä@bücher.example"])
def test_an_address(to: str) -> None:
    assert is_address(to)
    assert message_from_bytes(mail(), policy=default)["To"] == "ada@example.org"


@pytest.mark.parametrize(
    "to",
    [
        "=?utf-8?q?x=0ABcc=3A_boss?=@evil.example",
        "=?utf-8?q?x=0D=0A=0D=0APay_me_now=2C?=@corp.example",
        "=?utf-8?q?boss=40corp.example=2C_x?=@evil.example",
        "ada@=?utf-8?q?x=0ABcc=3A_boss?=",
    ],
)
def test_an_encoded_word_is_no_address(to: str) -> None:
    """Python's headers decode it (RFC 2047), line ends and all."""
    assert not is_address(to)
    with pytest.raises(Refused):
        mail(to=to)


@pytest.mark.parametrize("subject", ["=?utf-8?q?x=0ABcc=3A_boss?=", "Your =?utf-8?b?DQoNClBheSBtZQ==?= password"])
def test_an_encoded_word_is_no_subject(subject: str) -> None:
    with pytest.raises(Refused):
        mail(subject=subject)
