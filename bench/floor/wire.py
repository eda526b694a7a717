"""As little of WebSocket and Socket.IO as a listener needs, so that listening costs little."""

from __future__ import annotations

import asyncio
import json
import re
import struct
from collections import deque
from time import monotonic
from typing import cast

GO_ON_S = 0.5
SENT_AT = re.compile(rb'"text":"@([0-9.]+)@')
UPGRADE = (
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: parley\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)


def stamp() -> str:
    """The beginning of a message that says when it was sent."""
    return f"@{monotonic():.6f}@"


def packet(text: str) -> bytes:
    """A text frame under a mask of zeros, which changes nothing."""
    payload = text.encode()
    size = len(payload)
    if size < 126:
        return struct.pack("!BBI", 0x81, 0x80 | size, 0) + payload
    return struct.pack("!BBHI", 0x81, 0x80 | 126, size, 0) + payload


class Ear(asyncio.Protocol):
    """Hears messages and how late they were, unread counts, and the end."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._transport: asyncio.Transport | None = None
        self._rest = b""
        self.is_open = False
        self.is_live = asyncio.get_running_loop().create_future()
        self.is_over = False
        self.messages = 0
        self.unreads = 0
        self.late_s: deque[float] = deque()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by class
        self._transport.write(UPGRADE.encode())

    def data_received(self, data: bytes) -> None:
        data = self._rest + data
        if not self.is_open:
            head, blank, data = data.partition(b"\r\n\r\n")
            if not blank:
                self._rest = head
                return
            self.is_open = True
            self.say("40" + json.dumps({"token": self._token}))
        at = 0
        while (end := _end(data, at)) is not None:
            start, stop = end
            self._hear(data[start:stop])
            at = stop
        self._rest = data[at:]

    def connection_lost(self, _: Exception | None) -> None:
        self.is_over = True
        if not self.is_live.done():
            self.is_live.set_exception(ConnectionError("ended before it was live"))

    def say(self, text: str) -> None:
        if self._transport is not None:
            self._transport.write(packet(text))

    def forget(self) -> None:
        self.messages = self.unreads = 0
        self.late_s.clear()

    def stop_reading(self) -> None:
        if self._transport is not None:
            self._transport.pause_reading()

    async def go_on(self) -> None:
        """To the end, or until nothing more comes."""
        if self._transport is not None and not self.is_over:
            self._transport.resume_reading()
            heard = -1
            while not self.is_over and heard < self.messages:
                heard = self.messages
                await asyncio.sleep(GO_ON_S)

    def leave(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def _hear(self, text: bytes) -> None:
        if text == b"2":
            self.say("3")
        elif text.startswith(b'42["message.sent"'):
            self.messages += 1
            if sent_at := SENT_AT.search(text):
                self.late_s.append(monotonic() - float(sent_at[1]))
        elif text.startswith(b'42["unread"'):
            self.unreads += 1
        elif text.startswith(b'42["ready"'):
            self.is_live.set_result(None)


def _end(data: bytes, at: int) -> tuple[int, int] | None:
    """Where the payload of the frame at `at` begins and ends, once all of it is there."""
    if len(data) < at + 2:
        return None
    size, start = data[at + 1], at + 2
    if size >= 126:
        width = 2 if size == 126 else 8
        size, start = int.from_bytes(data[start : start + width], "big"), start + width
    stop = start + size
    return (start, stop) if len(data) >= stop else None
