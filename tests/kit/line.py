"""One client's way to the server: a real Socket.IO client that returns by itself, as the official ones do.

The returning is done here and not by python-socketio, whose own stops for good when the connection is lost between the
CONNECT and its waking up, or when a gateway dies between the upgrade and its first packet (5.18.1): a run with kills
meets both. Each return is a new AsyncClient, so nothing of a lost connection lives on.
"""

from __future__ import annotations

import asyncio
import os
import random
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp
import socketio
from socketio.packet import DISCONNECT

from tests.kit.session import Gateways
from tests.kit.wire import SharedPacket

CLOSE_TIMEOUT_S = 2.0

# What a gateway that dies during the handshake makes python-socketio raise; the TypeError and ValueError come from
# engineio, which reads a close frame as its first packet.
HANDSHAKE_FAILURES = (
    socketio.exceptions.SocketIOError,
    aiohttp.ClientError,
    OSError,
    TimeoutError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True)
class Returns:
    """How soon a client returns: the pause doubles from the first to the longest, give or take half of it."""

    first_s: float = 0.1
    longest_s: float = 2.0
    handshake_s: float = 10.0


class Ear(Protocol):
    """Whoever is told, at once and in order. `rejected` says whether to try again."""

    async def credentials(self) -> dict[str, Any]: ...
    def opened(self, gateway: str) -> None: ...
    def heard(self, name: str, *bodies: Any) -> None: ...
    def rejected(self, error: dict[str, Any]) -> bool: ...
    def closed(self, reason: str) -> None: ...


class _Http:
    """Everyone's session as one connection uses it: it remembers the WebSocket, which engineio (4.15) lets go of unclosed
    when a handshake fails or a peer goes away.
    """

    def __init__(self, shared: aiohttp.ClientSession) -> None:
        self._shared = shared
        self._web_socket: aiohttp.ClientWebSocketResponse | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._shared, name)

    async def ws_connect(self, *args: Any, **options: Any) -> aiohttp.ClientWebSocketResponse:
        self._web_socket = await self._shared.ws_connect(*args, **options)
        return self._web_socket

    async def let_go(self) -> None:
        if self._web_socket is not None:
            with suppress(*HANDSHAKE_FAILURES):
                async with asyncio.timeout(CLOSE_TIMEOUT_S):
                    await self._web_socket.close()


class NotConnected(Exception):
    """There is no connection to ask over."""


class Line:
    """Kept from `start` to `stop`. Not connected, it tries again for ever, moving from gateway to gateway."""

    def __init__(
        self, http: aiohttp.ClientSession, gateways: Gateways, ear: Ear, transport: str, returns: Returns
    ) -> None:
        self._http = http
        self._gateways = gateways
        self._ear = ear
        self._transport = transport
        self._returns = returns
        self._client: Any = None
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def is_kept(self) -> bool:
        """There is a connection, or there will be one again."""
        return self._task is not None and not self._task.done() and not self._stopping.is_set()

    def start(self) -> None:
        if self._task is None or self._task.done():
            self._stopping.clear()
            self._task = asyncio.create_task(self._run())

    def stay_away(self) -> None:
        """Do not return once this connection is over."""
        self._stopping.set()

    async def stop(self) -> None:
        """Say good-bye, and wait until it is over."""
        self._stopping.set()
        if self._client is not None:
            await _close(self._client)
        if self._task is not None:
            await self._task

    async def emit(self, name: str, fields: Any, on_answer: Callable[..., None]) -> None:
        if self._client is None:
            raise NotConnected(name)
        try:
            await self._client.emit(name, fields, callback=on_answer)
        except socketio.exceptions.SocketIOError as error:
            raise NotConnected(name) from error

    def lose(self) -> None:
        """Cut the WebSocket under the client's feet, as a network does; one that is lost already stays so. uvloop's socket
        cannot be shut down itself."""
        if self._client is None:
            return
        transport = self._client.eio.ws.get_extra_info("socket")
        with socket.socket(fileno=os.dup(transport.fileno())) as duplicate:
            duplicate.shutdown(socket.SHUT_RDWR)

    async def _run(self) -> None:
        pause_s = self._returns.first_s
        while not self._stopping.is_set():
            if await self._connection():
                pause_s = self._returns.first_s
            else:
                pause_s = min(pause_s * 2, self._returns.longest_s)
                self._gateways.move_on()
            await _set_or_over(self._stopping, pause_s * random.uniform(0.5, 1.5))

    async def _connection(self) -> bool:
        """One connection from its handshake to its end; false when there was none."""
        gateway, reasons, is_open = self._gateways.url, list[str](), False
        http = _Http(self._http)
        client = socketio.AsyncClient(
            reconnection=False,
            logger=False,
            engineio_logger=False,
            handle_sigint=False,
            serializer=SharedPacket,
            http_session=http,
        )

        def opened() -> None:
            nonlocal is_open
            is_open, self._client = True, client
            self._ear.opened(gateway)

        def rejected(error: Any = None) -> None:
            data = error.get("data") if isinstance(error, dict) else None
            if isinstance(data, dict) and not self._ear.rejected(data):
                self._stopping.set()

        client.on("connect", opened)
        client.on("connect_error", rejected)
        client.on("disconnect", reasons.append)
        client.on("*", self._ear.heard)
        try:
            await self._handshake(client, gateway)
            if not self._stopping.is_set():
                await client.eio.wait()
        except HANDSHAKE_FAILURES as error:
            reasons.append(repr(error))
        except asyncio.CancelledError:
            if _is_cancelled():
                raise
            reasons.append("a close that took too long")  # its timeout ends the reading that is waited for here
        finally:
            self._client = None
            await _close(client)
            await http.let_go()
            client.eio.http = None  # its finalizer closes what it holds, and this session is everyone's
            if is_open:
                self._ear.closed(reasons[0] if reasons else "lost at the handshake")
        return is_open

    async def _handshake(self, client: Any, gateway: str) -> None:
        options = {"auth": self._ear.credentials, "transports": [self._transport]}
        async with asyncio.timeout(self._returns.handshake_s):
            await client.connect(gateway, wait_timeout=self._returns.handshake_s, **options)
        if _is_cancelled():
            raise asyncio.CancelledError  # engineio swallows one that arrives during its connect event


async def _close(client: Any) -> None:
    if client.eio.state != "connected":
        return
    with suppress(*HANDSHAKE_FAILURES):
        async with asyncio.timeout(CLOSE_TIMEOUT_S):
            await _say_goodbye(client)
    with suppress(*HANDSHAKE_FAILURES):
        async with asyncio.timeout(CLOSE_TIMEOUT_S):
            await client.eio.disconnect()


async def _say_goodbye(client: Any) -> None:
    """Written before the close: python-socketio's own `disconnect` only queues it, and closes the WebSocket first, so
    that the server sees a connection that was lost.
    """
    for namespace in client.namespaces:
        await client.eio.send(client.packet_class(DISCONNECT, namespace=namespace).encode())
    await client.eio.queue.join()


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _set_or_over(event: asyncio.Event, timeout_s: float) -> None:
    try:
        async with asyncio.timeout(timeout_s):
            await event.wait()
    except TimeoutError:
        return
