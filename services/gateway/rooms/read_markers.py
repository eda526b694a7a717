"""Telling others how far someone has read: at once after quiet, then at most once a second."""

import asyncio
from collections.abc import Callable, Iterable

from contracts.messenger import ConversationRead
from services.gateway.domain.frames import Frame
from services.gateway.rooms.person import Person
from services.gateway.rooms.said import read_frame

PAUSE_S = 1.0
"""The contract's bound, for each reader and conversation."""


class ReadMarkerTeller:
    """What is held back is told with the cursor of the moment it is told: a cursor never goes back. Whoever leaves while
    something is held back for them is told on return: see `Feed.held_back`."""

    def __init__(self, audience: Callable[[str], Iterable[Person]], cursor: Callable[[], str]) -> None:
        self._loop = asyncio.get_running_loop()
        self._audience = audience
        self._cursor = cursor
        self._newest: dict[tuple[str, str], ConversationRead | None] = {}

    def tell(self, read: ConversationRead, frame: Frame) -> None:
        key = (read.conversation_id, read.user_id)
        if key in self._newest:
            held_back = self._newest[key]
            if held_back is None or held_back.version <= read.version:
                self._newest[key] = read
        else:
            self._push(read, frame)
            self._pause(key)

    def _pause(self, key: tuple[str, str]) -> None:
        self._newest[key] = None
        self._loop.call_later(PAUSE_S, self._go_on, key)

    def _go_on(self, key: tuple[str, str]) -> None:
        read = self._newest.pop(key)
        if read is not None:
            self._push(read, read_frame(read, self._cursor()))
            self._pause(key)

    def _push(self, read: ConversationRead, frame: Frame) -> None:
        for person in self._audience(read.conversation_id):
            if person.user_id != read.user_id:
                for outlet in person.outlets:
                    if outlet.is_live:
                        outlet.push(frame)
