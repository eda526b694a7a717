"""Asking for a link to choose a new password. Nobody learns from the answer, or from its time, who has an account."""

import asyncio
import hmac
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from chassis import log
from chassis.bus import Asker
from chassis.clock import Clock
from chassis.stores import is_away
from chassis.tasks import Tasks
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
BEHIND_AT_ONCE = 8
BEHIND_MAX = 1_000
"""So many are looked at behind their answers at a time, and so many wait for it, in one process; of more nothing comes."""
SAID_EVERY = timedelta(minutes=1)


class _TooSoon(Exception):
    """This person has got as many links as may be."""


class _Behind:
    """Those that are answered already. `is_time_to_say`: that there are any, once in SAID_EVERY."""

    def __init__(self) -> None:
        self.turns = asyncio.Semaphore(BEHIND_AT_ONCE)
        self.waiting = 0
        self._said_at: datetime | None = None

    def is_time_to_say(self, now: datetime) -> bool:
        if self._said_at is not None and now - self._said_at < SAID_EVERY:
            return False
        self._said_at = now
        return True


@dataclass(frozen=True)
class ForgotPassword:
    """For anybody else the same is done as for somebody who gets a mail: on a link that leads nowhere, and that is the same
    one when the same is typed again. Under a key of this process, it does not tell what that was.

    Whoever asks too often, or when too many do, is answered at once: that is decided before it is looked who it is
    about. Whose login and address are right gets a mail all the same, behind the answer, as often as anybody does:
    a whole contact centre has one address. For anybody else nothing is done then."""

    people: People
    links: Links
    remember: Remember
    mail: MailState
    clock: Clock
    forgotten: Forgotten
    tasks: Tasks
    behind: _Behind = field(default_factory=_Behind, repr=False)
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE), repr=False)
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    async def __call__(self, asker: Asker, request: Request) -> Nothing:
        self._check_mail()
        if await self.forgotten.may_ask(origin_of(asker.address)) and await self._has_turn():
            try:
                await self._ask(asker, request)
            finally:
                self.turns.release()
        else:
            self._ask_behind(asker, request)
        return Nothing()

    async def _has_turn(self) -> bool:
        try:
            async with asyncio.timeout(TURN_S):
                return await self.turns.acquire()
        except TimeoutError:
            return False

    async def _ask(self, asker: Asker, request: Request) -> None:
        person = await self._whose(request)
        if person is not None and _is_of(person, request):
            await self._remember(asker, person, person.user_id, is_right=True)
        else:
            await self._remember(asker, person, self._nobody(request), is_right=False)

    def _ask_behind(self, asker: Asker, request: Request) -> None:
        if self.behind.is_time_to_say(self.clock.now()):
            log.get().warning("password.forgotten_too_often", address=asker.address)
        if self.behind.waiting < BEHIND_MAX:
            self.tasks.brief("password.forgotten", self._if_right(asker, request))

    async def _if_right(self, asker: Asker, request: Request) -> None:
        self.behind.waiting += 1
        try:
            async with self.behind.turns:
                person = await self._whose(request)
                if person is not None and _is_of(person, request):
                    await self._remember(asker, person, person.user_id, is_right=True, only_new=True)
        except _TooSoon:
            pass
        except Exception as error:
            if not (is_away(error) or isinstance(error, Refused | TimeoutError)):
                raise
            log.get().warning("password.forgotten_in_vain", kind=type(error).__name__)
        finally:
            self.behind.waiting -= 1

    async def _remember(
        self, asker: Asker, person: Person | None, user_id: str, *, is_right: bool, only_new: bool = False
    ) -> None:
        """`only_new`: raises _TooSoon where there is no new link."""

        async def ask(transaction: Any) -> None:
            before = await self.links.read(transaction, link_id(RESET, user_id))
            link = requested(before, user_id, self.clock.now())
            if only_new and link is before:
                raise _TooSoon
            await self.links.put(transaction, link if is_right else replace(link, waiting=False))

        detail = {"mail": "asked for" if is_right else "none"}
        await self.remember(asker, ACTION, ask, target=person, detail=detail)

    async def _whose(self, request: Request) -> Person | None:
        return await self.people.by_login(request.login if LOGIN.fullmatch(request.login) else NOBODYS)

    def _nobody(self, request: Request) -> str:
        typed = f"{request.login.lower()}\n{request.email.strip().casefold()}".encode(errors="surrogatepass")
        return hmac.digest(self.key, typed, "sha256").hex()

    def _check_mail(self) -> None:
        """Raises Refused: `smtp_not_configured`, `unavailable`."""
        if self.mail.is_configured is None:
            raise unavailable("Notifier")
        if not self.mail.is_configured:
            raise Refused("smtp_not_configured", "No mail can be sent here: ask an administrator for a new password.")


def _is_of(person: Person, request: Request) -> bool:
    is_address = person.email is not None and person.email.casefold() == request.email.strip().casefold()
    return is_address and not person.disabled
