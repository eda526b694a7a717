"""The HTTP requests being answered: a gateway that leaves answers them first. Sockets, which last, are not counted."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from aiohttp import web

from contracts.doors import SOCKETS


class UnderWay:
    def __init__(self) -> None:
        self._count = 0
        self._none = asyncio.Event()
        self._none.set()
        self.is_last = False

    @web.middleware
    async def count(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if request.path == SOCKETS:
            return await handler(request)
        self._count += 1
        self._none.clear()
        try:
            response = await handler(request)
        finally:
            self._count -= 1
            if not self._count:
                self._none.set()
        if self.is_last:
            response.force_close()
        return response

    async def over(self, timeout_s: float) -> None:
        """Waits until all are answered, and lets each be the last of its connection."""
        self.is_last = True
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._none.wait()
        await asyncio.sleep(0)  # the last answer is written
