"""What carries a connection's packets: one way out, in order, with a bound; and a way in that survives garbage.

Every packet of a socket, ours and the library's, passes through its queue. Once a WebSocket is attached and the
queue is empty, messages go the short way: what one turn of the event loop has for a socket is written at once at its end.
Before that, and for long polling, they wait in the queue.
"""

import asyncio
import contextlib
from collections.abc import Callable
from socket import SO_SNDBUF, SOL_SOCKET
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import engineio
from aiohttp import WebSocketError, WSMsgType
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web import (
    HTTPBadRequest,
    HTTPRequestEntityTooLarge,
    HTTPTooManyRequests,
    Request,
    RequestPayloadError,
    WebSocketResponse,
)
from engineio.async_drivers.aiohttp import translate_request
from engineio.async_socket import AsyncSocket
from engineio.payload import Payload

from chassis import log
from chassis.clock import monotonic
from contracts.limits import PACKET_BYTES_MAX
from services.gateway.domain.bucket import Bucket
from services.gateway.doors.sockets.heartbeats import Heartbeats
from services.gateway.doors.sockets.send_queue import LOW_BYTES, Bound, SendQueue, text_frame

CLOSE_S = 1.0
POST_S = 10.0
"""So long what a client posts may take to come."""
KERNEL_BUFFER_BYTES = 256 * 1024
Payload.max_decode_packets = PACKET_BYTES_MAX
"""Of what a client posts: the size bounds it. Engine.IO would drop a post of more than 16 and answer 200."""
SERVICE_RESTART = 1012
SEPARATOR = b"\x1e"
PACKETS_BURST, PACKETS_PER_S = 1_000, 200
"""Of one socket, whatever they are: several times what a person may ask."""
PACKET_TYPES = tuple("123456")
"""What a client may send: close, ping, pong, message, upgrade, noop."""


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


class Rate(NamedTuple):
    burst: int
    per_s: int


class EngineServer(engineio.AsyncServer):  # type: ignore[misc]
    """Engine.IO with our queue and our WebSocket."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        driver: dict[str, Any] = super().__getattribute__("_async")
        self._async = {**driver, "websocket": WebSocket, "translate_request": self._translate}
        self._arrivals: WeakKeyDictionary[Any, Bucket] = WeakKeyDictionary()
        self.heartbeats = Heartbeats(self.sockets, self.ping_interval, self.ping_timeout)
        self.packets = Rate(PACKETS_BURST, PACKETS_PER_S)
        self.on_fault: Callable[[str], None] = lambda sid: None
        self.on_flood: Callable[[str], None] = lambda sid: None
        self.writes = Writes()

    def start_background_task(self, target: Any, *args: Any, **kwargs: Any) -> Any:
        """A ping is no task of its own."""
        if getattr(target, "__func__", None) is AsyncSocket._send_ping:
            self.heartbeats.expect(target.__self__)
            return None
        return super().start_background_task(target, *args, **kwargs)

    async def _service_task(self) -> None:
        await self.heartbeats.run()

    async def _translate(self, request: Request) -> dict[str, Any]:
        """What is posted and is no payload ends the connection; Engine.IO would answer it with 200.

        Raises HTTPBadRequest, and HTTPTooManyRequests."""
        environ: dict[str, Any] = translate_request(request)
        sid, count = request.query.get("sid", ""), 1
        if request.method == "POST":
            try:
                async with asyncio.timeout(POST_S):
                    body = await request.read()
                is_payload = _is_payload(body)
            except (HTTPRequestEntityTooLarge, RequestPayloadError, HttpProcessingError, ConnectionError, TimeoutError):
                body, is_payload = b"", False
            if not is_payload:
                self.on_fault(sid)
                raise HTTPBadRequest(reason="This is no payload of packets.")
            count = body.count(SEPARATOR) + 1
            environ["wsgi.input"] = _Body(body)
            environ["CONTENT_LENGTH"] = str(len(body))
        if not self.is_within_rate(sid, count):
            raise HTTPTooManyRequests(reason="Too many packets.")
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

    def is_within_rate(self, sid: str, count: int) -> bool:
        """Of packets, and polls, that come over one socket. False ends the connection."""
        socket = self.sockets.get(sid)
        if socket is None:
            return True
        now = monotonic()
        bucket = self._arrivals.get(socket)
        if bucket is None:
            bucket = self._arrivals[socket] = Bucket(*self.packets, now)
        if not bucket.take(now, count):
            return True
        self.on_flood(sid)
        return False

    def create_queue(self, *args: Any, **kwargs: Any) -> SendQueue:
        return SendQueue()


class _Body:
    def __init__(self, body: bytes) -> None:
        self._body = body

    async def read(self, _: int) -> bytes:
        return self._body


def _is_payload(body: bytes) -> bool:
    try:
        return all(packet[:1] in PACKET_TYPES for packet in body.decode().split(SEPARATOR.decode()))
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
        self._bound = Bound()
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
        size = self._pending_bytes
        self._pending, self._pending_bytes = [], 0
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        # of these only the last can be long: it is written at once
        if not self._bound.admits(transport.get_write_buffer_size(), size, len(pending[-1])):
            self._queue.overflow()
        elif len(pending) == 1:
            transport.write(pending[0])
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
            if not self._server.is_within_rate(self._socket.sid, 1):
                raise OSError
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
