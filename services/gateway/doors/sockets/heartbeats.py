"""Who is still there: a ping for each socket every few seconds, and the end of those that do not answer in time.

One task for all, so that a peer that has died is noticed in time however many sockets there are: within interval + answer
+ tick. Engine.IO has a task for each ping, and looks at one socket after the other.
"""

import asyncio
import time
from collections import deque
from typing import Any

from engineio.packet import PING, Packet

from chassis import log
from chassis.clock import monotonic

TICK_S = 0.25


class Heartbeats:
    """`sockets`: Engine.IO's, by id; those that are closed are taken out."""

    def __init__(self, sockets: dict[str, Any], interval_s: float, answer_s: float) -> None:
        self._sockets = sockets
        self._interval_s, self._answer_s = interval_s, answer_s
        self._due: deque[tuple[float, Any]] = deque()
        self._asked: deque[tuple[float, Any, float]] = deque()
        self._ending: set[asyncio.Task[None]] = set()

    def expect(self, socket: Any) -> None:
        """Of a socket that has just come or answered: it is asked when its time comes."""
        self._due.append((monotonic() + self._interval_s, socket))

    async def run(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self.look(monotonic())

    def look(self, now: float) -> None:
        while self._asked and self._asked[0][0] <= now:
            _, socket, stamp = self._asked.popleft()
            if socket.closed:
                self._sockets.pop(socket.sid, None)
            elif socket.last_ping == stamp:
                task = asyncio.create_task(self._end(socket))
                self._ending.add(task)
                task.add_done_callback(self._ending.discard)
        while self._due and self._due[0][0] <= now:
            _, socket = self._due.popleft()
            if socket.closed:
                self._sockets.pop(socket.sid, None)
            else:
                socket.last_ping = time.time()
                socket.queue.put_nowait(Packet(PING))
                self._asked.append((now + self._answer_s, socket, socket.last_ping))

    async def _end(self, socket: Any) -> None:
        try:
            await socket.close(wait=False, abort=True, reason=socket.server.reason.PING_TIMEOUT)
        except Exception:
            log.get().exception("socket.not_closed")
        finally:
            self._sockets.pop(socket.sid, None)
            websocket = getattr(socket, "websocket", None)
            if websocket is not None:
                websocket.abort()
