"""Packets encoded once, however many sockets they go to: Socket.IO in Engine.IO in one WebSocket frame."""

import struct
from typing import Any

import msgspec
from engineio.packet import MESSAGE, Packet

_encode = msgspec.json.Encoder().encode


class Frame(Packet):  # type: ignore[misc]
    """An Engine.IO message whose encodings are made beforehand: `encode()` for polling, `wire` for a WebSocket."""

    def __init__(self, socketio_text: str) -> None:
        super().__init__(MESSAGE, socketio_text)
        self.encode_cache = "4" + socketio_text
        self.wire = websocket_frame(self.encode_cache)


def push(name: str, body: Any) -> Frame:
    """A Socket.IO event. `body` is a wire type."""
    return Frame(f'2["{name}",{_encode(body).decode()}]')


def acknowledgement(number: int, body: bytes) -> Frame:
    return Frame(f"3{number}[{body.decode()}]")


def websocket_frame(text: str) -> bytes:
    """A final, unmasked, uncompressed text frame (RFC 6455, 5.2)."""
    payload = text.encode()
    size = len(payload)
    if size < 126:
        return struct.pack("!BB", 0x81, size) + payload
    if size < 65536:
        return struct.pack("!BBH", 0x81, 126, size) + payload
    return struct.pack("!BBQ", 0x81, 127, size) + payload
