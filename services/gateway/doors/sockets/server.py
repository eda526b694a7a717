"""The Socket.IO server with its dispatch in our hands: asks go into their connection's queue, reserved names and garbage
are refused, nothing a client sends reaches a handler it was not meant for."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import socketio

from chassis import log
from services.gateway.doors.sockets.connection import Asked
from services.gateway.doors.sockets.transport import EngineServer, Rate

CONNECT_S = 20.0
"""A socket without a connection is let go after this long; Node's server waits 45 s."""
HEARTBEAT_S = 5
HEARTBEAT_ANSWER_S = 4
"""A dead peer is noticed within the two together and a quarter of a second."""


class SocketServer(socketio.AsyncServer):  # type: ignore[misc]
    """`on_ask(eio_sid, ask)`, `on_fault(eio_sid)` and `on_flood(eio_sid)` are set by the door. `packets` may come over one
    socket."""

    def __init__(self, packets: Rate | None = None, **options: Any) -> None:
        quiet = logging.getLogger("parley.socketio")
        quiet.setLevel(logging.CRITICAL)
        super().__init__(
            async_mode="aiohttp",
            logger=quiet,
            engineio_logger=quiet,
            ping_interval=HEARTBEAT_S,
            ping_timeout=HEARTBEAT_ANSWER_S,
            async_handlers=False,
            **options,
        )
        self.on_ask: Callable[[str, Asked], None] = lambda *_: None
        self.on_fault: Callable[[str], None] = lambda _: None
        self.on_flood: Callable[[str], None] = lambda _: None
        self._arriving_bytes = 0
        self.is_connected: Callable[[str], bool] = lambda _: False
        self.eio.on_fault = self._fault
        self.eio.on_flood = self._flood
        if packets is not None:
            self.eio.packets = packets

    def _engineio_server_class(self) -> Any:
        return EngineServer

    def expect_connect(self, eio_sid: str) -> None:
        """Lets the socket go unless it is connected in time."""
        asyncio.get_running_loop().call_later(CONNECT_S, self._let_go, eio_sid)

    def _let_go(self, eio_sid: str) -> None:
        if eio_sid in self.eio.sockets and not self.is_connected(eio_sid):
            self.on_fault(eio_sid)

    async def _handle_eio_connect(self, eio_sid: str, environ: Any) -> Any:
        self.expect_connect(eio_sid)
        return await super()._handle_eio_connect(eio_sid, environ)

    async def _handle_eio_message(self, eio_sid: str, data: Any) -> None:
        if (
            not isinstance(data, str)
            or data[:1] not in ("0", "1", "2")
            or (data[0] == "0" and self._is_on(eio_sid, data))
        ):
            self.on_fault(eio_sid)
            return
        self._arriving_bytes = len(data)
        try:
            await super()._handle_eio_message(eio_sid, data)
        except Exception as error:
            log.get().debug("socket.not_understood", kind=type(error).__name__)
            self.on_fault(eio_sid)

    async def _handle_event(self, eio_sid: str, namespace: str | None, id: int | None, data: Any) -> None:
        if (namespace or "/") != "/" or not isinstance(data, list) or not data or not isinstance(data[0], str):
            self.on_fault(eio_sid)
            return
        self.on_ask(eio_sid, Asked(id, data[0], tuple(data[1:]), self._arriving_bytes))

    def _fault(self, eio_sid: str) -> None:
        self.on_fault(eio_sid)

    def _flood(self, eio_sid: str) -> None:
        self.on_flood(eio_sid)

    def _is_on(self, eio_sid: str, data: str) -> bool:
        """A second CONNECT to the namespace that is connected already."""
        return not data.startswith("0/") and self.is_connected(eio_sid)
