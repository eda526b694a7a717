"""Mail somebody what they missed: at most once, whichever replica does it and whenever it dies.

It is decided anew when it is due: who is here by now, or has read it, gets nothing. Before the mail is handed over it is
remembered as sent; what fails before that, or is refused, is tried again, and what dies after it is not.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from prometheus_client import Counter

from chassis import log
from chassis.bus import Bus
from chassis.clock import Clock
from chassis.stores import StoreAway
from contracts.everything import ASKS
from contracts.presence import Absences, ListAbsent
from contracts.refusals import Refused
from services.notifier.actions.gather_missed import Gathered, GatherMissed
from services.notifier.domain.mails import NeverTaken, NotTakenNow, Post, TakenPerhaps, composed
from services.notifier.domain.missed import Missed, MissedMails, back_off, due_at, mail_id_of
from services.notifier.domain.preferences import Wanted

MISSED_MAILS = Counter("parley_missed_mails", "Mails of what was missed, by what became of them.", ["outcome"])


class TakenOver(Exception):
    """Somebody else has it by now."""


class MailMissed:
    def __init__(
        self,
        bus: Bus,
        missed: MissedMails,
        wanted: Wanted,
        gather: GatherMissed,
        post: Post,
        clock: Clock,
        sender: str,
        after: timedelta,
        every: timedelta,
        claimed: timedelta,
    ) -> None:
        """`claimed`: if this process dies meanwhile, another one sees to it after that."""
        self._bus = bus
        self._missed = missed
        self._wanted = wanted
        self._gather = gather
        self._post = post
        self._clock = clock
        self._sender = sender
        self._after = after
        self._every = every
        self._claimed = claimed

    async def claim(self) -> Missed | None:
        """One that is due. Raises StoreAway."""
        now = self._clock.now()
        while (left := await self._missed.left(now)) is not None:
            _note("unsure", left, "left")
        return await self._missed.claim(now, now + self._claimed)

    async def __call__(self, missed: Missed) -> None:
        """Raises StoreAway: it is due again when the claim is over, unless it is being handed over."""
        try:
            due, gathered = await self._decide(missed)
        except Refused as refused:
            log.get().warning("missed.not_gathered", user_id=missed.user_id, code=refused.code)
            return await self._try_again(missed)
        if due is not None:
            await self._missed.put_off(missed, due)
        elif gathered is None:
            await self._missed.drop(missed)
        else:
            await self._send(missed, gathered)

    async def _decide(self, missed: Missed) -> tuple[datetime | None, Gathered | None]:
        """When to look again, or what to send; neither: nothing."""
        wishes = await self._wanted.of(missed.user_id)
        if not wishes.mail:
            return None, None
        here = ListAbsent(user_ids=[missed.user_id])
        answer: Absences = await self._bus.ask(ASKS["presence.absent"], here)
        if not answer.absent:
            return None, None
        now = self._clock.now()
        (absence,) = answer.absent
        due = due_at(now, absence, wishes.quiet_hours, missed.sent_at, self._after, self._every)
        if due is None:
            return None, None
        return (due, None) if due > now else (None, await self._gather(missed, wishes))

    async def _send(self, missed: Missed, gathered: Gathered) -> None:
        mail_id = mail_id_of(missed.user_id, gathered.told)

        async def about_to() -> None:
            if not await self._missed.begin(missed, mail_id, gathered.told, self._clock.now()):
                raise TakenOver

        try:
            mail = composed(gathered.mail, self._sender, mail_id, self._clock.now())
            await self._post.send(mail, gathered.mail.to, about_to)
        except TakenOver:
            return
        except (NeverTaken, Refused) as refused:
            _note("refused", mail_id, str(refused))
            return await self._until_kept(lambda: self._missed.drop(missed))
        except TakenPerhaps as lost:
            _note("unsure", mail_id, str(lost))
        except NotTakenNow as away:
            _note("not_taken", mail_id, str(away))
            return await self._until_kept(lambda: self._try_again(missed))
        except StoreAway:  # of `about_to`: whether it was remembered is not known, but it was not handed over
            return await self._until_kept(lambda: self._try_again(missed))
        else:
            MISSED_MAILS.labels("sent").inc()
            log.get().info("missed.sent", mail_id=mail_id, user_id=missed.user_id)
        await self._until_kept(lambda: self._missed.end(missed))

    async def _try_again(self, missed: Missed) -> None:
        await self._missed.put_off(missed, self._clock.now() + back_off(missed.attempts), has_failed=True)

    async def _until_kept(self, write: Callable[[], Awaitable[None]]) -> None:
        """What is not kept by then is found when the claim is over, and counts as sent."""
        until = self._clock.now() + self._claimed / 2
        while True:
            try:
                return await write()
            except StoreAway:
                if self._clock.now() > until:
                    raise
                await asyncio.sleep(1.0)


def _note(outcome: str, mail_id: str, why: str) -> None:
    MISSED_MAILS.labels(outcome).inc()
    log.get().warning(f"missed.{outcome}", mail_id=mail_id, why=why)
