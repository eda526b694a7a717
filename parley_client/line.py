"""The way to the server: one Socket.IO connection after another, for as long as returning is of use.

Returning is done here and not by python-socketio, whose own stops for good when a connection is lost between its CONNECT and
the waking of whoever waits for it, or when a gateway dies between the upgrade and the first packet (5.18.1). Each return is an
AsyncClient of its own, so nothing of a lost connection lives on.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

import aiohttp
import socketio
from socketio.packet import DISCONNECT

from parley_client.http import Http
from parley_client.returns import Pauses

HANDSHAKE_S = 10.0
CLOSE_S = 2.0
FAILURES = (socketio.exceptions.SocketIOError, aiohttp.ClientError, OSError, TimeoutError, TypeError, ValueError)
"""What a gateway that goes away makes python-socketio raise; the last two when engineio reads a close frame as a packet."""


class Ear(Protocol):
    """Whoever is told, at once and in order."""

    async def may_come(self) -> dict[str, Any]:
        """Awaited before each connection: when it returns, what to say at its CONNECT."""
        ...

    def heard(self, name: str, *bodies: Any) -> None: ...

    def rejected(self, error: dict[str, Any]) -> None:
        """The server does not have us. Who is not to return calls `stay_away`."""
        ...

    def closed(self, reason: str) -> None:
        """Of a connection that was open."""
        ...


class NotConnected(Exception):
    """There is no connection to ask over."""


class Line:
    """Kept from `start` to `stop` or `stay_away`; lost, it is tried for ever, moving from gateway to gateway."""

    def __init__(self, http: Http, ear: Ear) -> None:
        self._http = http
        self._gateways = http.gateways
        self._ear = ear
        self._client: Any = None
        self._wait_s = 0.0
        self._leaving = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._keep())

    def stay_away(self) -> None:
        """Do not return once this connection is over."""
        self._leaving.set()

    def return_after(self, seconds: float) -> None:
        """Once this connection is over."""
        self._wait_s = seconds

    async def stop(self) -> None:
        """Says good-bye, and waits until it is over."""
        self._leaving.set()
        if self._client is not None:
            await _close(self._client)
        if self._task is not None:
            await self._task

    def lose(self) -> None:
        """Cuts the connection as a network does; it is taken up again. uvloop's sockets cannot be shut down themselves."""
        if self._client is not None and self._client.eio.ws is not None:
            carrying = self._client.eio.ws.get_extra_info("socket")
            with suppress(OSError), socket.socket(fileno=os.dup(carrying.fileno())) as duplicate:
                duplicate.shutdown(socket.SHUT_RDWR)

    async def emit(self, name: str, fields: Any, on_answer: Callable[..., None]) -> None:
        """Raises NotConnected."""
        if self._client is None:
            raise NotConnected(name)
        try:
            await self._client.emit(name, fields, callback=on_answer)
        except socketio.exceptions.SocketIOError as error:
            raise NotConnected(name) from error

    async def _keep(self) -> None:
        pauses = Pauses()
        while not self._leaving.is_set():
            said = await self._unless_leaving(self._ear.may_come())
            if said is None:
                return
            if await self._connection(said):
                pauses.start_over()
            else:
                self._gateways.move_on()
            wait_s, self._wait_s = self._wait_s, 0.0
            await self._unless_leaving(asyncio.sleep(max(wait_s, pauses.next_s())))

    async def _unless_leaving(self, awaited: Any) -> Any:
        """What is awaited; None where we leave meanwhile."""
        waiting = [asyncio.ensure_future(awaited), asyncio.ensure_future(self._leaving.wait())]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            return waiting[0].result() if waiting[0].done() and not self._leaving.is_set() else None
        finally:
            for each in waiting:
                each.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    async def _connection(self, said: dict[str, Any]) -> bool:
        """One connection from its handshake to its end; False where there was none."""
        reasons, is_open = list[str](), False
        http = _Connecting(self._http.session)
        client = socketio.AsyncClient(reconnection=False, handle_sigint=False, http_session=http)

        def opened() -> None:
            nonlocal is_open
            is_open, self._client = True, client

        def rejected(error: Any = None) -> None:
            data = error.get("data") if isinstance(error, dict) else None
            if isinstance(data, dict):
                self._ear.rejected(data)

        client.on("connect", opened)
        client.on("connect_error", rejected)
        client.on("disconnect", reasons.append)
        client.on("*", self._ear.heard)
        try:
            await self._handshake(client, said)
            if not self._leaving.is_set():
                await client.eio.wait()
        except FAILURES as error:
            reasons.append(repr(error))
        except asyncio.CancelledError:
            if _is_cancelled():
                raise
            reasons.append("closed")  # a close that took too long ends the reading that is waited for here
        finally:
            self._client = None
            await _close(client)
            await http.let_go()
            client.eio.http = None  # its finalizer closes what it holds, and that is not its own
            if is_open:
                self._ear.closed(reasons[0] if reasons else "lost")
        return is_open

    async def _handshake(self, client: Any, said: dict[str, Any]) -> None:
        headers = {"User-Agent": self._http.agent}
        async with asyncio.timeout(HANDSHAKE_S):
            await client.connect(
                self._gateways.url, auth=said, headers=headers, transports=["websocket"], wait_timeout=HANDSHAKE_S
            )
        if _is_cancelled():
            raise asyncio.CancelledError  # engineio swallows one that arrives during its connect event


class _Connecting:
    """The HTTP session as one connection uses it. It remembers the WebSocket, which engineio (4.15) leaves open when a
    handshake fails or a peer goes away."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self._web_socket: aiohttp.ClientWebSocketResponse | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    async def ws_connect(self, *args: Any, **options: Any) -> aiohttp.ClientWebSocketResponse:
        self._web_socket = await self._session.ws_connect(*args, **options)
        return self._web_socket

    async def let_go(self) -> None:
        if self._web_socket is not None:
            with suppress(*FAILURES):
                async with asyncio.timeout(CLOSE_S):
                    await self._web_socket.close()


async def _close(client: Any) -> None:
    """Says so before closing: python-socketio's own `disconnect` closes the WebSocket first, and the server sees a connection
    that was lost."""
    if client.eio.state != "connected":
        return
    with suppress(*FAILURES):
        async with asyncio.timeout(CLOSE_S):
            for namespace in client.namespaces:
                await client.eio.send(client.packet_class(DISCONNECT, namespace=namespace).encode())
            await client.eio.queue.join()
    with suppress(*FAILURES):
        async with asyncio.timeout(CLOSE_S):
            await client.eio.disconnect()


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
