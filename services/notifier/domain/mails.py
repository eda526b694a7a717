"""Mails: how one is composed, and what is promised of whoever takes it."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Protocol

from contracts.notifier import SendMail
from contracts.refusals import Refused

ADDRESS_CHARS_MAX = 254
SUBJECT_CHARS_MAX = 200
ENCODED = "=?"
"""An encoded word begins so (RFC 2047): headers decode it, line ends and all."""
_ADDRESS = re.compile(r"[^\s\x00-\x20\x7f<>()\[\],:;\"\\@]{1,64}@[^\s\x00-\x20\x7f<>()\[\],:;\"\\@]+")


class NeverTaken(Exception):
    """The server will not take this mail to this address, now or later. Says why, without either."""


class NotTakenNow(Exception):
    """Another time, perhaps: the server is away, slow, busy, or at odds with us. Says why, without mail and address."""


class TakenPerhaps(NotTakenNow):
    """It was handed over, and the server's answer is lost."""


class Post(Protocol):
    @property
    def is_configured(self) -> bool: ...

    async def send(self, mail: EmailMessage, to: str, about_to: Callable[[], Awaitable[None]] | None = None) -> None:
        """Returns once the server has taken it. Raises NeverTaken, NotTakenNow or TakenPerhaps, within a bound.

        `about_to` is awaited when the server would take a mail from us to this address, before a word of it is handed over:
        until then it is known that it was not sent. What it raises ends this, and comes out of it."""
        ...


def composed(request: SendMail, sender: str, mail_id: str, now: datetime) -> EmailMessage:
    """Raises Refused `invalid`, without what was wrong: it may be an address."""
    if not is_address(request.to):
        raise Refused("invalid", "Not an address.", errors={"to": ["Not an address."]})
    if not 0 < len(request.subject) <= SUBJECT_CHARS_MAX or ENCODED in request.subject:
        fault = f"1 to {SUBJECT_CHARS_MAX} characters, without {ENCODED}"
        raise Refused("invalid", "Not a subject.", errors={"subject": [fault]})
    name, address = parseaddr(sender)
    mail = EmailMessage(policy=SMTP)
    try:
        mail["From"] = _address(name, address)
        mail["To"] = _address("", request.to)
        mail["Subject"] = request.subject
        mail["Date"] = format_datetime(now)
        mail["Message-ID"] = f"<{mail_id}@{address.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answering machine answers
        mail.set_content(request.text)
        mail.add_alternative(request.html, subtype="html")
    except (ValueError, MessageError):
        raise Refused("invalid", "Not a mail.") from None
    return mail


def _address(name: str, address: str) -> Address:
    """In any script; Python's own reading of one knows ASCII only."""
    local, _, domain = address.rpartition("@")
    return Address(name, local, domain)


def is_address(text: str) -> bool:
    """One plain address, fit for a header and for a line of SMTP."""
    return len(text) <= ADDRESS_CHARS_MAX and ENCODED not in text and _ADDRESS.fullmatch(text) is not None


def not_configured() -> Refused:
    return Refused("smtp_not_configured", "No mail can be sent: there is no SMTP server in the settings.")
