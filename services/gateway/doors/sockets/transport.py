"""What carries a connection's packets: one way out, in order, with a bound; and a way in that survives garbage.

Every packet of a socket, ours and the library's, passes through its `SendQueue`. Once a WebSocket is attached and the
queue is empty, messages go the short way: what one turn of the event loop has for a socket is written at once at its end.
Before that, and for long polling, they wait in the queue.
"""

import asyncio
import contextlib
from collections.abc import Callable
from socket import SO_SNDBUF, SOL_SOCKET
from typing import Any

import engineio
from aiohttp import WebSocketError, WSMsgType
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web import HTTPBadRequest, HTTPRequestEntityTooLarge, Request, RequestPayloadError, WebSocketResponse
from engineio.async_drivers.aiohttp import translate_request
from engineio.packet import MESSAGE
from engineio.payload import Payload

from chassis import log
from contracts.limits import PACKET_BYTES_MAX
from services.gateway.domain.frames import Frame, websocket_frame

CLOSE_S = 1.0
POST_S = 10.0
"""So long what a client posts may take to come."""
WRITE_BUFFER_BYTES_MAX = 256 * 1024
KERNEL_BUFFER_BYTES = 256 * 1024
LOW_BYTES = 64 * 1024
POLLING_PACKETS_MAX = 2_000
LOW_PACKETS = 100
PACKETS_A_POLL_MAX = 16
"""As many as python-engineio's client takes in one answer."""
Payload.max_decode_packets = PACKET_BYTES_MAX
"""Of what a client posts: the size bounds it. Engine.IO would drop a post of more than 16 and answer 200."""
SERVICE_RESTART = 1012
PACKET_TYPES = tuple("123456")
"""What a client may send: close, ping, pong, message, upgrade, noop."""


class SendQueue(asyncio.Queue[Any]):
    """`on_full` is called, once, when the reader does not keep up."""

    def __init__(self) -> None:
        super().__init__()
        self.websocket: WebSocket | None = None
        self.on_full: Callable[[], None] | None = None
        self._taken = 0

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
        elif self.qsize() < POLLING_PACKETS_MAX:
            super().put_nowait(packet)
        else:
            self.overflow()

    @property
    def is_low(self) -> bool:
        return self.websocket.is_low if self.websocket is not None else self.qsize() < LOW_PACKETS

    async def put(self, packet: Any) -> None:
        self.put_nowait(packet)

    def overflow(self) -> None:
        if self.on_full is not None:
            on_full, self.on_full = self.on_full, None
            on_full()


class Writes:
    """WebSockets that something is waiting for: all are written to at the end of this turn of the event loop."""

    def __init__(self) -> None:
        self._waiting: list[WebSocket] = []

    def soon(self, websocket: "WebSocket") -> None:
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._write)
        self._waiting.append(websocket)

    def _write(self) -> None:
        waiting, self._waiting = self._waiting, []
        for websocket in waiting:
            websocket.flush()


class EngineServer(engineio.AsyncServer):  # type: ignore[misc]
    """Engine.IO with our queue and our WebSocket."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        driver: dict[str, Any] = super().__getattribute__("_async")
        self._async = {**driver, "websocket": WebSocket, "translate_request": self._translate}
        self.on_fault: Callable[[str], None] = lambda sid: None
        self.writes = Writes()

    async def _translate(self, request: Request) -> dict[str, Any]:
        """What is posted and is no payload ends the connection; Engine.IO would answer it with 200.

        Raises HTTPBadRequest."""
        environ: dict[str, Any] = translate_request(request)
        if request.method == "POST":
            try:
                async with asyncio.timeout(POST_S):
                    body = await request.read()
                is_payload = _is_payload(body)
            except (HTTPRequestEntityTooLarge, RequestPayloadError, HttpProcessingError, ConnectionError, TimeoutError):
                body, is_payload = b"", False
            if not is_payload:
                self.on_fault(request.query.get("sid", ""))
                raise HTTPBadRequest(reason="This is no payload of packets.")
            environ["wsgi.input"] = _Body(body)
            environ["CONTENT_LENGTH"] = str(len(body))
        return environ

    async def disconnect(self, sid: str | None = None) -> None:
        """Waits for nobody: Engine.IO would until a poller has taken what is queued, and whoever posts no packet may not poll."""
        socket = self.sockets.pop(sid, None)
        if socket is not None and not socket.closed:
            await socket.close(wait=False, reason=self.reason.SERVER_DISCONNECT)

    async def handle_request(self, *args: Any, **kwargs: Any) -> Any:
        """Raises HTTPBadRequest for a socket that has just been closed, too; Engine.IO would fail."""
        try:
            return await super().handle_request(*args, **kwargs)
        except KeyError:
            raise HTTPBadRequest(reason="This connection is over.") from None

    def create_queue(self, *args: Any, **kwargs: Any) -> SendQueue:
        return SendQueue()


class _Body:
    def __init__(self, body: bytes) -> None:
        self._body = body

    async def read(self, _: int) -> bytes:
        return self._body


def _is_payload(body: bytes) -> bool:
    try:
        return all(packet[:1] in PACKET_TYPES for packet in body.decode().split("\x1e"))
    except UnicodeDecodeError:
        return False


class WebSocket:
    """The driver's WebSocket: never compressed, and whatever happens in it, the socket is cleaned up."""

    def __init__(self, handler: Any, server: EngineServer) -> None:
        self._handler = handler
        self._server = server
        self._socket = handler.__self__
        self._queue: SendQueue = self._socket.queue
        self._response = WebSocketResponse(max_msg_size=PACKET_BYTES_MAX, compress=False, timeout=CLOSE_S)
        self._transport: Any = None
        self._bytes_max = WRITE_BUFFER_BYTES_MAX
        self._writes = server.writes
        self._pending: list[bytes] = []
        self._pending_bytes = 0

    async def __call__(self, environ: Any) -> WebSocketResponse:
        request = environ["aiohttp.request"]
        await self._response.prepare(request)
        self._transport = request.transport
        if self._transport is not None:
            # the kernel would hold megabytes for a reader that has stopped
            self._transport.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_SNDBUF, KERNEL_BUFFER_BYTES)
        self._socket.websocket = self
        try:
            await self._handler(self)
        except Exception as error:
            log.get().warning("socket.broken", kind=type(error).__name__)
        finally:
            self._queue.websocket = None
            if not self._socket.closed:
                await self._socket.close(wait=False, abort=True, reason=self._server.reason.TRANSPORT_CLOSE)
            self._server.sockets.pop(self._socket.sid, None)
            if self._transport is not None:
                self._transport.abort()
        return self._response

    def write(self, wire: bytes) -> None:
        """With what else this turn has for the socket; at once where that is much."""
        pending = self._pending
        if not pending:
            self._writes.soon(self)
        pending.append(wire)
        self._pending_bytes += len(wire)
        if self._pending_bytes > LOW_BYTES:
            self.flush()

    def flush(self) -> None:
        pending = self._pending
        if not pending:
            return
        last, size = pending[-1], self._pending_bytes
        self._pending, self._pending_bytes = [], 0
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        waiting = transport.get_write_buffer_size()
        if waiting < LOW_BYTES:
            self._bytes_max = WRITE_BUFFER_BYTES_MAX
        if waiting > self._bytes_max:
            self._queue.overflow()
            return
        if len(last) > LOW_BYTES:
            # a long answer or snapshot alone makes nobody slow
            self._bytes_max = WRITE_BUFFER_BYTES_MAX + size
        if len(pending) == 1:
            transport.write(last)
        else:
            transport.writelines(pending)

    @property
    def is_low(self) -> bool:
        transport = self._transport
        return transport is None or self._pending_bytes + transport.get_write_buffer_size() < LOW_BYTES

    async def send(self, message: Any) -> None:
        """The library's writer: all it has queued goes out without a pause, then the short way is open. While the client
        still tries the WebSocket out, it would not hear what came that way."""
        self.write(text_frame(message))
        if self._socket.upgraded and self._queue.empty():
            self._queue.websocket = self

    async def wait(self) -> str:
        msg = await self._response.receive()
        if msg.type is WSMsgType.TEXT and msg.data and msg.data[0] in PACKET_TYPES:
            return str(msg.data)
        if msg.type in (WSMsgType.TEXT, WSMsgType.BINARY) or isinstance(msg.data, WebSocketError):
            self._server.on_fault(self._socket.sid)
        raise OSError

    async def close(self) -> None:
        self.flush()
        with contextlib.suppress(Exception):
            async with asyncio.timeout(CLOSE_S):
                await self._response.close(code=SERVICE_RESTART)
        self.abort()

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()


def text_frame(packet: str) -> bytes:
    return websocket_frame(packet.encode())
