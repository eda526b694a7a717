"""The one way out of a socket: every packet, ours and the library's, in order, and bounded."""

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from engineio.packet import MESSAGE

from services.gateway.domain.frames import Frame, websocket_frame

WAITING_BYTES_MAX = 256 * 1024
LOW_BYTES = 64 * 1024
POLLING_PACKETS_MAX = 2_000
LOW_PACKETS = 100
PACKETS_A_POLL_MAX = 16
"""As many as python-engineio's client takes in one answer."""


class ShortWay(Protocol):
    """An attached WebSocket."""

    @property
    def is_low(self) -> bool:
        """Whether most of what was written has left."""
        ...

    def write(self, wire: bytes) -> None: ...


class Bound:
    """How many bytes may wait for a reader. A long answer or snapshot alone makes nobody slow: it may wait besides."""

    def __init__(self) -> None:
        self._bytes_max = WAITING_BYTES_MAX

    def admits(self, waiting: int, size: int, longest: int) -> bool:
        """Whether `size` bytes more, the longest packet of which is so long, may wait with those that do."""
        if waiting < LOW_BYTES:
            self._bytes_max = WAITING_BYTES_MAX
        if waiting > self._bytes_max:
            return False
        if longest > LOW_BYTES:
            self._bytes_max = WAITING_BYTES_MAX + size
        return True


class SendQueue(asyncio.Queue[Any]):
    """`on_full` is called, once, when the reader does not keep up."""

    def __init__(self) -> None:
        super().__init__()
        self.websocket: ShortWay | None = None
        self.on_full: Callable[[], None] | None = None
        self._taken = 0
        self._bytes = 0
        self._bound = Bound()

    async def get(self) -> Any:
        self._taken = 0
        return await super().get()

    def get_nowait(self) -> Any:
        """Raises QueueEmpty also when one answer to a poll holds enough: the rest waits for the next."""
        if self._taken >= PACKETS_A_POLL_MAX:
            raise asyncio.QueueEmpty
        self._taken += 1
        return super().get_nowait()

    def put_nowait(self, packet: Any) -> None:
        if packet is None or packet.packet_type != MESSAGE:
            super().put_nowait(packet)
        elif self.websocket is not None:
            self.websocket.write(packet.wire if isinstance(packet, Frame) else text_frame(packet.encode()))
        elif self.qsize() < POLLING_PACKETS_MAX and self._bound.admits(self._bytes, size := _size(packet), size):
            super().put_nowait(packet)
        else:
            self.overflow()

    @property
    def is_low(self) -> bool:
        if self.websocket is not None:
            return self.websocket.is_low
        return self.qsize() < LOW_PACKETS and self._bytes < LOW_BYTES

    async def put(self, packet: Any) -> None:
        self.put_nowait(packet)

    def overflow(self) -> None:
        if self.on_full is not None:
            on_full, self.on_full = self.on_full, None
            on_full()

    def _put(self, packet: Any) -> None:
        self._bytes += _size(packet)
        super()._put(packet)

    def _get(self) -> Any:
        packet = super()._get()
        self._bytes -= _size(packet)
        return packet


def text_frame(packet: str) -> bytes:
    return websocket_frame(packet.encode())


def _size(packet: Any) -> int:
    if packet is None:
        return 0
    return len(packet.wire) if isinstance(packet, Frame) else len(packet.encode())
