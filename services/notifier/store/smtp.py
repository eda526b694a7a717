"""The SMTP server that takes our mails: one connection for each, verified TLS, every wait bounded."""

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPConnectResponseError,
    SMTPDataError,
    SMTPException,
    SMTPHeloError,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponse,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

from services.notifier.domain.mails import NeverTaken, NotTakenNow, TakenPerhaps
from services.notifier.settings import NotifierSettings

AT_ONCE = 4
QUIT_S = 1.0
AT_ODDS = (500, 502, 503, 504, 530)
"""It does not understand us, or wants us to authenticate: that says nothing of the mail."""
_REFUSED = {
    SMTPAuthenticationError: "auth_refused",
    SMTPConnectResponseError: "greeting_refused",
    SMTPHeloError: "greeting_refused",
    SMTPSenderRefused: "sender_refused",
}


class Handing(SMTP):
    """Awaits `about_to` before DATA, when the server has agreed to everything else."""

    about_to: Callable[[], Awaitable[None]] | None = None
    is_handing = False

    async def data(self, message: str | bytes, /, **options: Any) -> SMTPResponse:
        if self.about_to is not None:
            await self.about_to()
        self.is_handing = True
        response = await super().data(message, **options)
        self.is_handing = False
        return response


class SmtpPost:
    def __init__(self, settings: NotifierSettings) -> None:
        self._settings = settings
        self._sender = parseaddr(settings.smtp_from)[1]
        self._tls: ssl.SSLContext | None = None
        self._slots = asyncio.Semaphore(AT_ONCE)

    @property
    def is_configured(self) -> bool:
        return bool(self._settings.smtp_host)

    async def send(self, mail: EmailMessage, to: str, about_to: Callable[[], Awaitable[None]] | None = None) -> None:
        smtp = await self._smtp()
        smtp.about_to = about_to
        try:
            async with asyncio.timeout(self._settings.smtp_timeout_s), self._slots:
                await self._send(smtp, mail, to)
        except TimeoutError:
            raise (TakenPerhaps if smtp.is_handing else NotTakenNow)("no_answer") from None
        except SMTPRecipientsRefused as error:
            raise _of_code("recipient_refused", error.recipients[0].code) from None
        except SMTPDataError as error:
            raise _of_code("mail_refused", error.code) from None
        except SMTPResponseException as error:  # it refuses us, not the mail: that can be put right
            raise NotTakenNow(f"{_REFUSED.get(type(error), 'at_odds')} {error.code}") from None
        except (SMTPException, OSError) as error:
            raise (TakenPerhaps if smtp.is_handing else NotTakenNow)(_broken(error)) from None
        except ValueError:
            raise NeverTaken("not_an_address") from None

    async def _smtp(self) -> Handing:
        settings = self._settings
        return Handing(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            use_tls=settings.smtp_tls == "tls",
            start_tls=False,  # but see _connect
            tls_context=await self._context(),
            timeout=settings.smtp_timeout_s,
        )

    async def _send(self, smtp: Handing, mail: EmailMessage, to: str) -> None:
        try:
            await self._connect(smtp)
            try:
                await smtp.send_message(mail, sender=self._sender, recipients=[to])
            except SMTPNotSupported:
                raise NeverTaken("smtputf8_not_offered") from None
            with contextlib.suppress(SMTPException, OSError):  # it has the mail, however we part
                await smtp.quit(timeout=QUIT_S)
        finally:
            smtp.close()

    async def _connect(self, smtp: SMTP) -> None:
        """Each step by itself: aiosmtplib has one exception for whatever a server does not offer."""
        settings = self._settings
        await smtp.connect()
        if settings.smtp_tls == "starttls":
            await smtp.ehlo()
            if not smtp.supports_extension("starttls"):
                raise NotTakenNow("starttls_not_offered")
            await smtp.starttls()
        if settings.smtp_user:
            await smtp.ehlo()
            if not smtp.supported_auth_methods:
                raise NotTakenNow("auth_not_offered")
            await smtp.login(settings.smtp_user, settings.smtp_password)

    async def _context(self) -> ssl.SSLContext | None:
        """Raises NotTakenNow while the file of certificates cannot be read."""
        if self._settings.smtp_tls != "none" and self._tls is None:
            try:
                self._tls = await asyncio.to_thread(_verifying, self._settings.smtp_ca_file)
            except OSError:  # also of what is no certificate
                raise NotTakenNow("ca_file_not_read") from None
        return self._tls


def _verifying(ca_file: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


def _of_code(word: str, code: int) -> NeverTaken | NotTakenNow:
    """RFC 5321, 4.2.1: 5yz is for ever."""
    is_final = 500 <= code < 600 and code not in AT_ODDS
    return (NeverTaken if is_final else NotTakenNow)(f"{word} {code}")


def _broken(error: SMTPException | OSError) -> str:
    """Without what the error says, which may be a name or the server's own words."""
    cause = error if isinstance(error, ssl.SSLError) else error.__cause__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return "certificate_not_verified"
    if isinstance(cause, ssl.SSLError):
        return "tls_failed"
    if isinstance(error, SMTPConnectError) and not isinstance(cause, SMTPServerDisconnected):
        return "not_reached"
    return "connection_lost" if isinstance(error, OSError) else "at_odds"
