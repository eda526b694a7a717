"""Tell leaders which agents have lost their connection, and who of them is back: those of one moment in one notice."""

import asyncio
from datetime import timedelta
from typing import NoReturn

import msgspec

from chassis import log
from chassis.bus import Bus
from chassis.clock import Clock, new_id, rfc3339
from chassis.stores import StoreAway, is_away
from contracts.auth import LookUpUsers, UserList
from contracts.everything import ASKS
from contracts.refusals import Refused
from services.notifier.domain.losses import (
    LOST,
    RESTORED,
    Announcement,
    Announcements,
    Loss,
    Losses,
    lost_notice,
    restored_notice,
)

EVERY_S = 0.5
MOMENT = timedelta(seconds=1)
"""What is heard within it becomes one notice."""
LEFT = timedelta(seconds=10)
"""A batch that nobody has told for so long was left by a replica that died."""
NAMES_S = 2.0


class AnnounceLosses:
    def __init__(self, bus: Bus, losses: Losses, announcements: Announcements, clock: Clock) -> None:
        self._bus = bus
        self._losses = losses
        self._announcements = announcements
        self._clock = clock

    async def always(self) -> NoReturn:
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                await self()
            except Exception as error:
                if not isinstance(error, StoreAway) and not is_away(error):
                    raise
                log.get().warning("losses.not_announced", kind=type(error).__name__)

    async def __call__(self) -> None:
        """Raises StoreAway, and may then be called again."""
        now = self._clock.now()
        for kind in (LOST, RESTORED):
            batch = new_id("ntc")
            await self._losses.take(kind, batch, now - MOMENT)
            await self._announce(kind, batch)
            for left in await self._losses.batches(kind, now - LEFT):
                await self._announce(kind, left)

    async def _announce(self, kind: str, batch: str) -> None:
        losses = await self._losses.of_batch(kind, batch)
        if not losses:
            return
        told = [loss for loss in await self._known(losses) if loss.is_told]
        if told:
            notice = lost_notice if kind == LOST else restored_notice
            at = rfc3339(self._clock.now())
            await self._announcements.announce(Announcement(notice(told, batch, at)))
        await self._losses.told(kind, batch)

    async def _known(self, losses: list[Loss]) -> list[Loss]:
        """With names and roles; without, while auth is away: better said so than never."""
        unknown = [loss.user_id for loss in losses if not loss.role]
        if not unknown:
            return losses
        try:
            answer: UserList = await self._bus.ask(
                ASKS["user.look_up"], LookUpUsers(user_ids=unknown), timeout_s=NAMES_S
            )
        except Refused as refused:
            log.get().warning("losses.without_names", code=refused.code, people=len(unknown))
            return losses
        users = {user.user_id: user for user in answer.users}
        named = [
            msgspec.structs.replace(loss, name=users[loss.user_id].name, role=users[loss.user_id].role)
            if loss.user_id in users
            else loss
            for loss in losses
        ]
        await self._losses.know([loss for loss in named if loss.user_id in users])
        return named
