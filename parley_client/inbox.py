"""What is heard: in the order of the stream, once each, until it is taken."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict, deque
from typing import Any

import msgspec

from parley_client.contract import heard
from parley_client.contract.heard import Heard

WAITING_MAX = 10_000
KNOWN_MAX = 20_000
"""Messages whose repeats are known: as many as a return is made up for."""
_log = logging.getLogger("parley_client")


class Lost(msgspec.Struct, frozen=True):
    """The connection is lost, and will be taken up again: until the next `Ready` nothing else comes, and who is here is not
    known."""

    reason: str


Event = Heard | Lost


class Inbox:
    """Bounded: what does not fit is not taken in, and is heard again on return."""

    def __init__(self, cursor: str | None, most: int = WAITING_MAX) -> None:
        self.received = cursor
        """The cursor to return with: of the newest that was taken in."""
        self.handled = cursor
        """The cursor to keep: of the newest that its listener is done with, which is when the next one is asked for."""
        self._most = most
        self._waiting: deque[Event] = deque()
        self._taken: str | None = cursor
        self._known: OrderedDict[tuple[str, int], int] = OrderedDict()
        self._more = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._end: Exception | None = None

    def put(self, name: str, body: Any) -> bool:
        """False where there is no room. What is unknown here is ignored, and so is a repeat."""
        if len(self._waiting) >= self._most:
            self._room.clear()
            return False
        kind = heard.BY_NAME.get(name)
        if kind is not None:
            try:
                event: Any = msgspec.convert(body, kind)
            except msgspec.ValidationError as error:
                _log.warning("%s is not what this version of parley_client understands: %s", name, error)
            else:
                if self._is_new(event):
                    self._add(event)
        if isinstance(body, dict) and isinstance(body.get("cursor"), str):
            self.received = body["cursor"]
        return True

    def lost(self, reason: str) -> None:
        self._add(Lost(reason))

    def end(self, error: Exception) -> None:
        """Raised once all that waits is taken; the first one counts."""
        self._end = self._end or error
        self._more.set()
        self._room.set()

    async def room(self) -> None:
        """Once half of what may wait is taken."""
        await self._room.wait()

    async def take(self) -> Event:
        self.handled = self._taken
        while not self._waiting:
            if self._end is not None:
                raise self._end
            self._more.clear()
            await self._more.wait()
        event = self._waiting.popleft()
        self._taken = getattr(event, "cursor", self._taken)
        if len(self._waiting) <= self._most // 2:
            self._room.set()
        return event

    def _add(self, event: Event) -> None:
        self._waiting.append(event)
        self._more.set()

    def _is_new(self, event: Event) -> bool:
        """Of a message: whether it was not heard as sent, or not in this revision."""
        match event:
            case heard.Ready(recovered=False):
                self._known.clear()  # all that was heard is void
            case heard.MessageSent(message=message):
                return self._remember((message.conversation_id, message.seq), -1)
            case heard.MessageEdited(message=message) | heard.MessageDeleted(message=message):
                return self._remember((message.conversation_id, message.seq), message.revision or 0)
        return True

    def _remember(self, key: tuple[str, int], revision: int) -> bool:
        """Revision -1: as it was sent. That comes first, if it comes at all."""
        known = self._known.get(key)
        if known is not None and known >= revision:
            return False
        self._known[key] = revision
        self._known.move_to_end(key)
        if len(self._known) > KNOWN_MAX:
            self._known.popitem(last=False)
        return True
