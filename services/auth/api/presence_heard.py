"""Hearing who is here: events from a position on, and everyone here at a later moment. Versions put them in order."""

import asyncio

import msgspec
import nats.errors

from chassis import log
from chassis.bus import Bus, Reader, Told
from contracts.everything import ASKS
from contracts.presence import USER_CHANGED, ListPresence, People, PresenceChanged
from contracts.refusals import Refused
from services.auth.domain.presences import Presences

AGAIN_S = 0.5
_decode = msgspec.json.Decoder(PresenceChanged).decode


class PresenceHeard:
    def __init__(self, bus: Bus, presences: Presences) -> None:
        self._bus = bus
        self._presences = presences
        self._reader: Reader | None = None

    async def follow(self) -> None:
        """Until events are being read and presence has once said who is here; presence may come later than auth."""
        while True:
            if await self._is_following():
                return
            await asyncio.sleep(AGAIN_S)

    async def stop(self) -> None:
        if self._reader is not None:
            reader, self._reader = self._reader, None
            await reader.stop()

    async def _is_following(self) -> bool:
        try:
            if self._reader is None:
                position = await self._bus.last_seq()
                self._reader = await self._bus.read(self._hear, after=position, subject=f"{USER_CHANGED.prefix}.>")
            await self._note_all()
        except Refused as refused:
            log.get().info("presence.not_there_yet", code=refused.code)
            return False
        except (nats.errors.Error, TimeoutError) as error:
            log.get().info("presence.not_there_yet", kind=type(error).__name__)
            return False
        return True

    async def _note_all(self) -> None:
        cursor: str | None = None
        while True:
            page: People = await self._bus.ask(ASKS["presence.list"], ListPresence(cursor=cursor))
            self._presences.note(page.people)
            cursor = page.next_cursor
            if cursor is None:
                return

    def _hear(self, told: Told) -> None:
        self._presences.note([_decode(told.data).person])
