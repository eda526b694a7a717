"""Sending the mails that links wait for: again and again while notifier or the SMTP server is away, until a link expires.

Any replica may; a claim keeps the others off. Each attempt has a token of its own, which only the mail itself holds.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import NoReturn

from chassis import log
from chassis.bus import Bus
from chassis.clock import Clock
from chassis.stores import is_away
from chassis.tasks import Tasks
from contracts.everything import ASKS
from contracts.refusals import Refused
from services.auth.actions.new_token import new_token
from services.auth.domain.links import Link, Links, hash_of, put_off_until, url_of
from services.auth.domain.mails import mail_of
from services.auth.domain.people import People

LOOK_S = 0.5
AT_ONCE = 4
"""Mails on their way from one process."""
MAIL_S = 25.0
"""So long an answer is waited for: more than notifier gives an SMTP server, so that one mail is not sent twice."""
CLAIMED = timedelta(seconds=60)
"""If this process dies meanwhile, another one tries after that."""
NOTED_TIMES = 10


class SendLinks:
    def __init__(self, links: Links, people: People, bus: Bus, tasks: Tasks, clock: Clock, public_url: str) -> None:
        self._links = links
        self._people = people
        self._bus = bus
        self._tasks = tasks
        self._clock = clock
        self._public_url = public_url
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def always(self) -> NoReturn:
        while True:
            if not await self._send_next():
                await asyncio.sleep(LOOK_S)

    async def _send_next(self) -> bool:
        """Whether there was one. It is sent in the background: at the end of this process it is waited for."""
        token = new_token()
        await self._slots.acquire()
        link = await self._claim(token)
        if link is None:
            self._slots.release()
            return False
        self._tasks.brief("link.send", self._send(link, token))
        return True

    async def _claim(self, token: str) -> Link | None:
        now = self._clock.now()
        try:
            return await self._links.claim(now, now + CLAIMED, hash_of(token))
        except Exception as error:
            if not is_away(error):
                raise
            log.get().warning("link.not_claimed", kind=type(error).__name__)
            return None

    async def _send(self, link: Link, token: str) -> None:
        try:
            await self._try(link, token)
        except Exception as error:
            if not is_away(error):
                raise
            log.get().warning("link.not_sent", kind=type(error).__name__)  # again when the claim is over
        finally:
            self._slots.release()

    async def _try(self, link: Link, token: str) -> None:
        person = await self._people.by_id(link.user_id)
        if person is None or person.disabled or not person.email:
            return await self._give_up(link, "nobody")
        mail = mail_of(link, person, url_of(self._public_url, token))
        try:
            await self._bus.ask(ASKS["mail.send"], mail, timeout_s=MAIL_S)
        except Refused as refused:
            if refused.code == "invalid":
                return await self._give_up(link, "refused")
            due_at = put_off_until(link, self._clock.now())
            return await self._note(lambda: self._links.put_off(link, due_at))
        await self._note(lambda: self._links.sent(link))

    async def _give_up(self, link: Link, why: str) -> None:
        log.get().warning("link.given_up", kind=link.kind, user_id=link.user_id, why=why)
        await self._note(lambda: self._links.give_up(link))

    async def _note(self, write: Callable[[], Awaitable[None]]) -> None:
        """What is not noted is sent once more when the claim is over."""
        for _ in range(NOTED_TIMES):
            try:
                return await write()
            except Exception as error:
                if not is_away(error):
                    raise
                await asyncio.sleep(LOOK_S)
