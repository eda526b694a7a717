"""Work off what is due: looks one after the other, mails some at once. Any replica may; a claim keeps the others off."""

import asyncio
import contextlib
from typing import NoReturn

from chassis import log
from chassis.stores import StoreAway, is_away
from chassis.tasks import Tasks
from services.notifier.actions.look_who_missed import LookWhoMissed
from services.notifier.actions.mail_missed import MailMissed
from services.notifier.domain.missed import Missed

EVERY_S = 0.5
AWAY_S = 1.0
AT_ONCE = 4
"""Mails on their way from one process."""


class WorkOffMissed:
    def __init__(self, look: LookWhoMissed, mail: MailMissed, tasks: Tasks) -> None:
        self._look = look
        self._mail = mail
        self._tasks = tasks
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def look_always(self) -> NoReturn:
        while True:
            try:
                is_idle = not await self._look()
            except Exception as error:
                is_idle = _is_away("missed.not_looked", error)
            if is_idle:
                await asyncio.sleep(EVERY_S)

    async def mail_always(self) -> NoReturn:
        """Each mail in the background: at the end of this process it is waited for."""
        while True:
            await self._slots.acquire()
            try:
                missed = await self._claim()
            except BaseException:
                self._slots.release()
                raise
            if missed is not None:
                self._tasks.brief("missed.mail", self._send(missed))
            else:
                self._slots.release()
                await asyncio.sleep(EVERY_S)

    async def finish(self, within_s: float) -> None:
        """When the two above have ended: until every mail on its way is there, or as long as that."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                for _ in range(AT_ONCE):
                    await self._slots.acquire()

    async def _claim(self) -> Missed | None:
        try:
            return await self._mail.claim()
        except Exception as error:
            _is_away("missed.not_claimed", error)
            return None

    async def _send(self, missed: Missed) -> None:
        try:
            await self._mail(missed)
        except Exception as error:
            # again when the claim is over
            if not _is_kept(error):
                log.get().exception("missed.failed", user_id=missed.user_id)
            else:
                log.get().warning("missed.not_mailed", kind=str(error))
        finally:
            self._slots.release()


def _is_kept(error: Exception) -> bool:
    return isinstance(error, StoreAway) or is_away(error)


def _is_away(event: str, error: Exception) -> bool:
    """True. Raises what is no store that is away: it ends the process."""
    if not _is_kept(error):
        raise error
    log.get().warning(event, kind=str(error))
    return True
