"""What is to be sent: kept until there is an answer, sent again under the same client_message_id, in order to each
addressee."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from parley_client.contract.types import Message, SendMessage, To
from parley_client.errors import Closed, OutboxFull

WAITING_MAX = 1_000
Sent = asyncio.Future[Message]


class Outbox:
    """`send` tries until there is an answer; it raises what is final. To one addressee one message is under way at a time: one
    that has to wait is not overtaken."""

    def __init__(self, send: Callable[[SendMessage], Awaitable[Message]], most: int = WAITING_MAX) -> None:
        self._send = send
        self._most = most
        self._rows: dict[To, deque[tuple[SendMessage, Sent]]] = {}
        self._workers: dict[To, asyncio.Task[None]] = {}

    @property
    def waiting(self) -> list[SendMessage]:
        """Those without an answer yet, in order for each addressee."""
        return [request for row in self._rows.values() for request, _ in row]

    def put(self, request: SendMessage) -> Sent:
        """The message, as it was sent. Who cancels this takes it back, unless it is under way. Raises OutboxFull."""
        if len(self.waiting) >= self._most:
            raise OutboxFull(f"{self._most} messages wait already.")
        sent: Sent = asyncio.get_running_loop().create_future()
        row = self._rows.setdefault(request.to, deque())
        row.append((request, sent))
        if len(row) == 1:
            self._workers[request.to] = asyncio.create_task(self._work(request.to, row))
        return sent

    async def close(self, patience_s: float) -> list[SendMessage]:
        """Those that could not be sent within so many seconds: whoever keeps them may send them later as they are."""
        if self._workers:
            await asyncio.wait(list(self._workers.values()), timeout=patience_s)
        left = self.waiting
        workers = list(self._workers.values())
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        for row in self._rows.values():
            for _, sent in row:
                if not sent.done():
                    sent.set_exception(Closed("Closed before it was sent."))
                    sent.exception()  # `left` says it, too: it need not be looked at
        self._rows.clear()
        return left

    async def _work(self, to: To, row: deque[tuple[SendMessage, Sent]]) -> None:
        while row:
            request, sent = row[0]
            if not sent.cancelled():
                await self._settle(request, sent)
            row.popleft()
        del self._rows[to], self._workers[to]

    async def _settle(self, request: SendMessage, sent: Sent) -> None:
        try:
            message = await self._send(request)
        except Exception as error:
            if not sent.done():
                sent.set_exception(error)
        else:
            if not sent.done():
                sent.set_result(message)
