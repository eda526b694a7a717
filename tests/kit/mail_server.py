"""A real SMTP server (aiosmtpd) that takes mails, refuses them, hangs, goes away and comes back."""

import asyncio
import re
import ssl
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult

from deploy.local.ports import HOST, Ports

OK = "250 Taken"


@dataclass(frozen=True)
class Mail:
    """`sender` and `recipients` are the envelope's."""

    sender: str
    recipients: list[str]
    message: EmailMessage
    is_secret: bool
    login: str

    def part(self, kind: str) -> str:
        """The content of the `plain` or `html` part, decoded."""
        body = self.message.get_body((kind,))
        assert body is not None
        return str(body.get_content())

    @property
    def link(self) -> str:
        """The one in the text."""
        (link,) = re.findall(r"https?://\S+", self.part("plain"))
        return str(link)

    @property
    def token(self) -> str:
        return self.link.partition("#reset=")[2]


class MailServer:
    """`async with MailServer() as server`. What it answers to a recipient and to a mail can be changed at any time; while
    `goes_on` is clear it answers neither, and to each only after `slow_s`; while `answers` is clear it takes mails and does not
    say so. `passwords`: it takes mails only from these."""

    def __init__(
        self,
        starttls: ssl.SSLContext | None = None,
        tls: ssl.SSLContext | None = None,
        passwords: dict[str, str] | None = None,
    ) -> None:
        self.port = Ports().free()
        self.to_recipient = OK
        self.to_mail = OK
        self.goes_on = asyncio.Event()
        self.goes_on.set()
        self.answers = asyncio.Event()
        self.answers.set()
        self.slow_s = 0.0
        self.taken: list[Mail] = []
        self.begun = 0
        self._starttls = starttls
        self._tls = tls
        self._passwords = passwords
        self._server: asyncio.Server | None = None
        self._connections: list[SMTP] = []

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._connection, HOST, self.port, ssl=self._tls)

    async def stop(self) -> None:
        """Every connection breaks."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        for connection in self._connections:
            if connection.transport is not None:
                connection.transport.abort()  # type: ignore[attr-defined]
        self._connections.clear()
        await server.wait_closed()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        self.begun += 1
        await self.goes_on.wait()
        await asyncio.sleep(self.slow_s)
        if self.to_recipient == OK:
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        await asyncio.sleep(self.slow_s)
        if self.to_mail == OK:
            message = message_from_bytes(envelope.content, policy=policy.default)
            is_secret = session.ssl is not None or self._tls is not None
            login = session.auth_data.decode() if session.authenticated else ""
            self.taken.append(Mail(envelope.mail_from, envelope.rcpt_tos, message, is_secret, login))
        await self.answers.wait()
        return self.to_mail

    def _connection(self) -> SMTP:
        connection = SMTP(
            self,
            hostname="mail.test",
            enable_SMTPUTF8=True,
            tls_context=self._starttls,
            require_starttls=self._starttls is not None,
            auth_required=self._passwords is not None,
            authenticator=self._authenticate if self._passwords is not None else None,
            loop=asyncio.get_running_loop(),
        )
        self._connections.append(connection)
        return connection

    def _authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        login = data.login.decode()
        is_right = (self._passwords or {}).get(login) == data.password.decode()
        return AuthResult(success=is_right, handled=False, auth_data=data.login)
