"""Look who missed what was said: of a conversation's members those who have not read it, and are not here. Who is here is asked
once for a whole page of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from chassis import log
from chassis.bus import Bus
from chassis.clock import Clock
from contracts.everything import ASKS
from contracts.messenger import Behind, ListBehind
from contracts.presence import Absences, ListAbsent
from contracts.refusals import Refused
from services.notifier.domain.missed import Look, Looks, MissedMails, gone_for

CLAIMED = timedelta(seconds=60)
"""If this process dies meanwhile, another one looks after that."""
AGAIN = timedelta(seconds=5)


class LookWhoMissed:
    def __init__(self, bus: Bus, looks: Looks, missed: MissedMails, clock: Clock, after: timedelta) -> None:
        self._bus = bus
        self._looks = looks
        self._missed = missed
        self._clock = clock
        self._after = after

    async def __call__(self) -> bool:
        """Whether there was one to do. Raises StoreAway."""
        now = self._clock.now()
        look = await self._looks.claim(now, now + CLAIMED)
        if look is None:
            return False
        try:
            await self._look(look)
        except Refused as refused:
            if refused.code != "not_found":
                log.get().warning("missed.not_looked", conversation_id=look.conversation_id, code=refused.code)
                await self._looks.put_off(look, self._clock.now() + AGAIN)
                return True
        await self._looks.done(look, self._clock.now() + self._after)
        return True

    async def _look(self, look: Look) -> None:
        cursor: str | None = None
        while True:
            request = ListBehind(conversation_id=look.conversation_id, seq=look.seq, cursor=cursor)
            page: Behind = await self._bus.ask(ASKS["member.behind"], request)
            if page.user_ids:
                await self._missed.add(look.conversation_id, await self._absent(page.user_ids))
            cursor = page.next_cursor
            if cursor is None:
                return

    async def _absent(self, user_ids: Sequence[str]) -> dict[str, datetime]:
        now = self._clock.now()
        answer: Absences = await self._bus.ask(ASKS["presence.absent"], ListAbsent(user_ids=list(user_ids)))
        return {one.user_id: max(now, gone_for(one, self._after) or now) for one in answer.absent}
