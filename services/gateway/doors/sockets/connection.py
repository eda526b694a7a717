"""One client's connection: its asks answered one at a time and in order, what it is told written in order, its end."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from chassis.clock import monotonic
from chassis.tasks import Tasks
from contracts.limits import PACKET_BYTES_MAX
from services.gateway.domain.addresses import Caller
from services.gateway.domain.frames import Frame, acknowledgement
from services.gateway.domain.identity import Identity
from services.gateway.doors.sockets.send_queue import SendQueue

FLOW_S = 10.0
FLOW_EVERY_S = 0.01
ASKS_BYTES_MAX = 2 * PACKET_BYTES_MAX
"""Of what waits to be answered."""
Answer = Callable[["Connection", str, tuple[Any, ...], float], Awaitable[bytes]]
"""Connection, name, arguments, and for how many seconds the ask has waited."""


class Asked(NamedTuple):
    """`number` of the acknowledgement that is wanted, if any; `size` in bytes, as it came."""

    number: int | None
    name: str
    arguments: tuple[Any, ...]
    size: int


class SlowReader(Exception):
    """The client takes what is pushed too slowly."""


class Connection:
    """`is_live` once caught up: from then on the rooms push to it. `ending` says why we closed it."""

    def __init__(self, eio: Any, eio_sid: str, sid: str, identity: Identity, caller: Caller, queue_max: int) -> None:
        self.eio_sid = eio_sid
        self.sid = sid
        self.identity = identity
        self.caller = caller
        self.is_live = False
        self.ending: str | None = None
        self.is_gone = False
        self.expiry_warned = False
        self._socket = eio
        self._queue: SendQueue = eio.queue
        self._queue_max = queue_max
        self._asks: deque[tuple[Asked, float]] = deque()
        self._asks_bytes = 0
        self._more = asyncio.Event()

    @property
    def user_id(self) -> str:
        return self.identity.user.user_id

    @property
    def role(self) -> str:
        return self.identity.user.role

    @property
    def lease_id(self) -> str:
        return self.sid

    def on_full(self, then: Callable[[], None]) -> None:
        self._queue.on_full = then

    def push(self, frame: Frame) -> None:
        if self.is_gone or self._socket.closed:
            return
        websocket = self._queue.websocket
        if websocket is not None:
            websocket.write(frame.wire)
        else:
            self._queue.put_nowait(frame)

    async def flows(self) -> None:
        """Waits until most of what was pushed has left. Raises SlowReader."""
        if self._queue.is_low:
            return
        try:
            async with asyncio.timeout(FLOW_S):
                while not self.is_gone and not self._queue.is_low:
                    await asyncio.sleep(FLOW_EVERY_S)
        except TimeoutError:
            raise SlowReader from None

    def put_ask(self, asked: Asked) -> bool:
        """False when too many, or too much, wait already."""
        if len(self._asks) >= self._queue_max or self._asks_bytes > ASKS_BYTES_MAX:
            return False
        self._asks.append((asked, monotonic()))
        self._asks_bytes += asked.size
        self._more.set()
        return True

    def acknowledge(self, number: int | None, body: bytes) -> None:
        if number is not None:
            self.push(acknowledgement(number, body))

    def start(self, tasks: Tasks, answer: Answer) -> None:
        tasks.brief("connection.asks", self._work(answer))

    def stop(self) -> None:
        self.is_gone = True
        self.is_live = False
        self._asks.clear()
        self._more.set()

    async def abort(self) -> None:
        """Drops the transport at once: the official client notices and returns by itself."""
        websocket = getattr(self._socket, "websocket", None)
        if websocket is not None:
            websocket.abort()
        elif not self._socket.closed:
            await self._socket.close(wait=False, abort=True)

    async def close(self) -> None:
        """Closes what carries the connection, politely for at most a second."""
        websocket = getattr(self._socket, "websocket", None)
        if websocket is not None:
            await websocket.close()
        elif not self._socket.closed:
            await self._socket.close(wait=False)

    async def _work(self, answer: Answer) -> None:
        while not self.is_gone:
            if not self._asks:
                self._more.clear()
                await self._more.wait()
                continue
            try:
                await self.flows()
            except SlowReader:
                self._queue.overflow()
                return
            if self.is_gone:
                return  # nobody is left to answer, or to watch for
            asked, since = self._asks.popleft()
            self._asks_bytes -= asked.size
            answered = await answer(self, asked.name, asked.arguments, monotonic() - since)
            self.acknowledge(asked.number, answered)
