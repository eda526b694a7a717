"""Knowing whether mails can be sent: asked of notifier again and again, so that nobody has to wait for it."""

import asyncio
from typing import NoReturn

from chassis.bus import Bus
from contracts.everything import ASKS
from contracts.notifier import MailState as Answer
from contracts.refusals import Refused
from contracts.table import Nothing

LOOK_S = 5.0
SOON_S = 0.5


class MailState:
    """`is_configured`: as notifier said last, at most 10 s ago unless it is away; None until it has said anything."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self.is_configured: bool | None = None

    def reset_available(self) -> bool:
        return bool(self.is_configured)

    async def follow(self) -> NoReturn:
        while True:
            try:
                answer: Answer = await self._bus.ask(ASKS["mail.state"], Nothing())
                self.is_configured = answer.is_configured
            except Refused:
                pass  # away: what it said last holds
            await asyncio.sleep(SOON_S if self.is_configured is None else LOOK_S)
