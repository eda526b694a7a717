"""The SMTP server that takes our mails: one connection for each, verified TLS, every wait bounded."""

import asyncio
import contextlib
import ssl
from email.message import EmailMessage
from email.utils import parseaddr

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from services.notifier.domain.mails import NeverTaken, NotTakenNow
from services.notifier.settings import NotifierSettings

AT_ONCE = 4
QUIT_S = 1.0
AT_ODDS = (500, 502, 503, 504, 530)
"""It does not understand us, or wants us to authenticate: that says nothing of the mail."""


class SmtpPost:
    def __init__(self, settings: NotifierSettings) -> None:
        self._settings = settings
        self._sender = parseaddr(settings.smtp_from)[1]
        self._tls: ssl.SSLContext | None = None
        self._slots = asyncio.Semaphore(AT_ONCE)

    @property
    def is_configured(self) -> bool:
        return bool(self._settings.smtp_host)

    async def send(self, mail: EmailMessage, to: str) -> None:
        try:
            async with asyncio.timeout(self._settings.smtp_timeout_s), self._slots:
                await self._send(mail, to)
        except TimeoutError:
            raise NotTakenNow("timeout") from None
        except SMTPRecipientsRefused as error:
            raise _of_code(error.recipients[0].code) from None
        except SMTPDataError as error:
            raise _of_code(error.code) from None
        except SMTPResponseException as error:  # it refuses us, not the mail: that can be put right
            raise NotTakenNow(f"{type(error).__name__} {error.code}") from None
        except (SMTPException, OSError) as error:  # what TLS does not verify is an OSError
            raise NotTakenNow(type(error).__name__) from None
        except ValueError:
            raise NeverTaken("address") from None

    async def _send(self, mail: EmailMessage, to: str) -> None:
        settings = self._settings
        smtp = SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_user or None,
            password=settings.smtp_password if settings.smtp_user else None,
            use_tls=settings.smtp_tls == "tls",
            start_tls=settings.smtp_tls == "starttls",
            tls_context=await self._context(),
            timeout=settings.smtp_timeout_s,
        )
        try:
            await smtp.connect()
            try:
                await smtp.send_message(mail, sender=self._sender, recipients=[to])
            except SMTPNotSupported:
                raise NeverTaken("SMTPUTF8") from None
            with contextlib.suppress(SMTPException, OSError):  # it has the mail, however we part
                await smtp.quit(timeout=QUIT_S)
        finally:
            smtp.close()

    async def _context(self) -> ssl.SSLContext | None:
        """Raises OSError while the file of certificates cannot be read."""
        if self._settings.smtp_tls != "none" and self._tls is None:
            self._tls = await asyncio.to_thread(_verifying, self._settings.smtp_ca_file)
        return self._tls


def _verifying(ca_file: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


def _of_code(code: int) -> NeverTaken | NotTakenNow:
    """RFC 5321, 4.2.1: 5yz is for ever."""
    is_final = 500 <= code < 600 and code not in AT_ODDS
    return NeverTaken(str(code)) if is_final else NotTakenNow(str(code))
