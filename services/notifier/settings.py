"""Settings of notifier."""

import ipaddress
from email.utils import parseaddr
from typing import Annotated, Literal

from msgspec import Meta

from chassis.stores import MongoSettings
from services.notifier.domain.mails import is_address


class NotifierSettings(MongoSettings, frozen=True, kw_only=True):
    """`notice_kept_days`: a notice nobody dismissed is gone after that. `deliveries_max`: so often an event is tried that
    fails for no known reason; then it is kept in the stream PARLEY_DEAD.

    `smtp_host` empty: no mail is sent. `smtp_from` is needed with it: `Parley <parley@example.org>`, or the address alone.
    `smtp_user` empty: without authentication; with one, `smtp_tls` none is for a server on this machine alone.
    `smtp_ca_file`: certificates to believe besides those the machine knows.
    `smtp_timeout_s`: for a whole mail; less than an asker waits.

    Mails of what people missed: so long after it was said, `missed_after_s` (0: never), to one person at most one in
    `missed_every_s`; with texts only where `missed_text` says so; in `missed_language` to who never said which. `missed_claim_s`:
    so long after a process died with such a mail another one sees to it; longer than a mail takes. `public_url`: what people
    type to reach a gateway."""

    notice_kept_days: Annotated[int, Meta(ge=1, le=3650)] = 30
    deliveries_max: Annotated[int, Meta(ge=1)] = 10
    smtp_host: str = ""
    smtp_port: Annotated[int, Meta(ge=1, le=65_535)] = 587
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_tls: Literal["none", "starttls", "tls"] = "starttls"
    smtp_ca_file: str = ""
    smtp_from: str = ""
    smtp_timeout_s: Annotated[float, Meta(gt=0, le=20)] = 15.0
    missed_after_s: Annotated[float, Meta(ge=0, le=86_400)] = 600.0
    missed_every_s: Annotated[float, Meta(ge=0, le=604_800)] = 1_800.0
    missed_claim_s: Annotated[float, Meta(ge=1, le=3_600)] = 60.0
    missed_text: bool = False
    missed_language: Literal["en", "it"] = "en"
    public_url: Annotated[str, Meta(pattern=r"^https?://[^\s#?]+$")] = "http://127.0.0.1:8080"

    def __post_init__(self) -> None:
        if self.smtp_host and not is_address(parseaddr(self.smtp_from)[1]):
            raise ValueError("PARLEY_SMTP_FROM: an address is needed with PARLEY_SMTP_HOST")
        if self.smtp_host and self.smtp_user and self.smtp_tls == "none" and not is_loopback(self.smtp_host):
            raise ValueError("PARLEY_SMTP_TLS: PARLEY_SMTP_USER and its password go to another machine encrypted only")
        if self.missed_claim_s <= self.smtp_timeout_s:
            raise ValueError("PARLEY_MISSED_CLAIM_S: longer than PARLEY_SMTP_TIMEOUT_S")


def is_loopback(host: str) -> bool:
    """Whether it is this machine, by its name or address; any other name may come to be another one."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
