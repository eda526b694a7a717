"""Packets encoded once, however many sockets they go to: Socket.IO in Engine.IO in one WebSocket frame."""

import struct
from typing import Any

import msgspec
from engineio.packet import MESSAGE, Packet

_encode = msgspec.json.Encoder().encode


class Frame(Packet):  # type: ignore[misc]
    """An Engine.IO message, ready for a WebSocket as `wire`; `encode()` gives it to whoever polls."""

    __slots__ = ("_text_at", "wire")

    packet_type = MESSAGE
    binary = False

    def __init__(self, socketio: bytes) -> None:
        self.wire = websocket_frame(b"4" + socketio)
        self._text_at = len(self.wire) - len(socketio) - 1

    def encode(self, b64: bool = False) -> str:
        return self.wire[self._text_at :].decode()


def push(name: str, body: Any) -> Frame:
    """A Socket.IO event. `body` is a wire type."""
    return Frame(b'2["%b",%b]' % (name.encode(), _encode(body)))


def acknowledgement(number: int, body: bytes) -> Frame:
    return Frame(b"3%d[%b]" % (number, body))


def websocket_frame(payload: bytes) -> bytes:
    """A final, unmasked, uncompressed text frame (RFC 6455, 5.2)."""
    size = len(payload)
    if size < 126:
        return struct.pack("!BB", 0x81, size) + payload
    if size < 65536:
        return struct.pack("!BBH", 0x81, 126, size) + payload
    return struct.pack("!BBQ", 0x81, 127, size) + payload
