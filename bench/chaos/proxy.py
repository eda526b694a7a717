"""A TCP proxy on loopback, whose connections can be cut, stalled and refused."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress

HOST = "127.0.0.1"
CHUNK = 64 * 1024
CONNECT_S = 2.0


class Proxy:
    """Between whoever connects to `port`, which is taken at once, and the server at `target`: with another one, new
    connections lead there."""

    def __init__(self, target: int) -> None:
        self.target = target
        self._socket = socket.create_server((HOST, 0))
        self.port: int = self._socket.getsockname()[1]
        self._is_down = False
        self._flows = asyncio.Event()
        self._flows.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._carry, sock=self._socket)

    async def stop(self) -> None:
        self.restore()
        self._drop()
        if self._server is not None:
            self._server.close()
        else:
            self._socket.close()

    def cut(self) -> None:
        """Every connection is reset, and new ones are closed at once."""
        self._is_down = True
        self._drop()

    def stall(self) -> None:
        """Connections stay open, and nothing passes: what a broken network looks like at first."""
        self._flows.clear()

    def restore(self) -> None:
        """What was stalled passes late, as TCP would have it."""
        self._is_down = False
        self._flows.set()

    def _drop(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        there: asyncio.StreamWriter | None = None
        try:
            if self._is_down:
                return
            await self._flows.wait()
            async with asyncio.timeout(CONNECT_S):
                back, there = await asyncio.open_connection(HOST, self.target)
            self._writers.add(there)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pass(reader, there))
                group.create_task(self._pass(back, writer))
        except (OSError, ExceptionGroup):
            pass  # one side is gone: so is the other
        finally:
            for each in (writer, there):
                if each is not None:
                    self._writers.discard(each)
                    each.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Raises ConnectionResetError at the end of what comes."""
        while data := await reader.read(CHUNK):
            await self._flows.wait()
            writer.write(data)
            await writer.drain()
        with suppress(OSError):
            writer.write_eof()
        raise ConnectionResetError
