"""What is no HTTP, or too long a line of it: aiohttp answers that itself, as text, and logs what was sent. Here it is
refused as everything else is, and noted in one line that says only its kind. What never becomes a request is not
waited for."""

import asyncio
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError, LineTooLong
from aiohttp.web_protocol import RequestHandler

from chassis import log
from contracts.refusals import Refusal
from services.gateway.doors.http.problems import problem

SERVER_ERROR = 500
HEADERS_S = 20.0
"""So long the headers of a request may take to come: of the first since the connection is open, then since they begin."""
KEEPALIVE_S = 75.0
"""So long a connection may be quiet between two requests: longer than proxies keep one, so that they close it."""
TOO_LONG = Refusal("too_large", "The address or a header is too long.")
NOT_HTTP = Refusal("invalid", "This is not HTTP.")
BROKEN = Refusal("internal", "Something went wrong here; it has been noted.")


class Runner(web.AppRunner):
    """An AppRunner whose connections refuse what they cannot read, and close where headers do not come, or nothing
    does."""

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        options = {"handler_cancellation": made.handler_cancellation, "loop": made._loop, **made._kwargs}
        options["keepalive_timeout"] = KEEPALIVE_S
        return _Server(made.request_handler, request_factory=made.request_factory, **options)


class _Server(web.Server):
    def __call__(self) -> RequestHandler:
        return _Connection(self, loop=self._loop, **self._kwargs)


class _Connection(RequestHandler):
    __slots__ = ("_headers_due",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._headers_due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._expect_headers()

    def data_received(self, data: bytes) -> None:
        requests = self._request_count
        super().data_received(data)
        if self._request_count != requests:
            self._expect_nothing()
        elif self._headers_due is None and self._waiter is not None:
            self._expect_headers()

    def connection_lost(self, exc: BaseException | None) -> None:
        self._expect_nothing()
        super().connection_lost(exc)

    def _expect_headers(self) -> None:
        self._headers_due = self._loop.call_later(HEADERS_S, self._let_go)

    def _expect_nothing(self) -> None:
        if self._headers_due is not None:
            self._headers_due.cancel()
            self._headers_due = None

    def _let_go(self) -> None:
        self._headers_due = None
        self.force_close()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = SERVER_ERROR,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Raises ConnectionError where an answer is under way already. Closes the connection."""
        self.log_exception(exc_info=exc)
        refusal = TOO_LONG if isinstance(exc, LineTooLong) else NOT_HTTP if status < SERVER_ERROR else BROKEN
        if request.writer.output_size > 0:
            raise ConnectionError("an answer is under way")
        response = problem(refusal)
        response.force_close()
        return response

    def log_exception(self, *_: Any, exc_info: BaseException | None = None, **__: Any) -> None:
        if isinstance(exc_info, HttpProcessingError | web.RequestPayloadError):
            log.get().info("request.not_understood", kind=type(exc_info).__name__)
        elif isinstance(exc_info, ConnectionError):
            log.get().info("request.abandoned", kind=type(exc_info).__name__)
        else:
            log.get().error("request.failed", exc_info=exc_info)
