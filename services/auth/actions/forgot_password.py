"""Asking for a link to choose a new password. Nobody learns from the answer, or from its time, who has an account."""

import asyncio
import hmac
import secrets
from dataclasses import dataclass, field, replace
from typing import Any

from chassis.bus import Asker
from chassis.clock import Clock
from contracts.auth import ForgotPassword as Request
from contracts.limits import LOGIN
from contracts.refusals import Refused, unavailable
from contracts.table import Nothing
from services.auth.actions.mail_state import MailState
from services.auth.actions.remember import Remember
from services.auth.domain.guessing import Forgotten, origin_of
from services.auth.domain.links import RESET, Links, link_id, requested
from services.auth.domain.people import People, Person

ACTION = "auth.forgot_password"
NOBODYS = "nobody"
AT_ONCE = 8
TURN_S = 1.0
"""So many are written at a time in one process, and so long others wait for their turn."""


@dataclass(frozen=True)
class ForgotPassword:
    """Whoever asks too often, or when too many do, is answered the same, and nothing is done: that is decided before
    it is looked who it is about. For anybody else the same is done as for somebody who gets a mail: on a link that
    leads nowhere, and that is the same one when the same is typed again. Under a key of this process, it does not
    tell what that was."""

    people: People
    links: Links
    remember: Remember
    mail: MailState
    clock: Clock
    forgotten: Forgotten
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE), repr=False)
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    async def __call__(self, asker: Asker, request: Request) -> Nothing:
        self._check_mail()
        if await self.forgotten.may_ask(origin_of(asker.address)) and await self._has_turn():
            try:
                await self._ask(asker, request)
            finally:
                self.turns.release()
        return Nothing()

    async def _has_turn(self) -> bool:
        try:
            async with asyncio.timeout(TURN_S):
                return await self.turns.acquire()
        except TimeoutError:
            return False

    async def _ask(self, asker: Asker, request: Request) -> None:
        person = await self.people.by_login(request.login if LOGIN.fullmatch(request.login) else NOBODYS)
        is_right = person is not None and not person.disabled and _is_address_of(person, request.email)
        user_id = person.user_id if person is not None and is_right else self._nobody(request)

        async def ask(transaction: Any) -> None:
            before = await self.links.read(transaction, link_id(RESET, user_id))
            link = requested(before, user_id, self.clock.now())
            await self.links.put(transaction, link if is_right else replace(link, waiting=False))

        detail = {"mail": "asked for" if is_right else "none"}
        await self.remember(asker, ACTION, ask, target=person, detail=detail)

    def _nobody(self, request: Request) -> str:
        typed = f"{request.login.lower()}\n{request.email.strip().casefold()}".encode(errors="surrogatepass")
        return hmac.digest(self.key, typed, "sha256").hex()

    def _check_mail(self) -> None:
        """Raises Refused: `smtp_not_configured`, `unavailable`."""
        if self.mail.is_configured is None:
            raise unavailable("Notifier")
        if not self.mail.is_configured:
            raise Refused("smtp_not_configured", "No mail can be sent here: ask an administrator for a new password.")


def _is_address_of(person: Person, email: str) -> bool:
    return person.email is not None and person.email.casefold() == email.strip().casefold()
