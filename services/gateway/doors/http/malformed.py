"""What is no HTTP, or too long a line of it: aiohttp answers that itself, as text, and logs what was sent. Here it is
refused as everything else is, and noted in one line that says only its kind."""

from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError, LineTooLong
from aiohttp.web_protocol import RequestHandler

from chassis import log
from contracts.refusals import Refusal
from services.gateway.doors.http.problems import problem

SERVER_ERROR = 500
TOO_LONG = Refusal("too_large", "The address or a header is too long.")
NOT_HTTP = Refusal("invalid", "This is not HTTP.")
BROKEN = Refusal("internal", "Something went wrong here; it has been noted.")


class Runner(web.AppRunner):
    """An AppRunner whose connections refuse what they cannot read."""

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        options = {"handler_cancellation": made.handler_cancellation, "loop": made._loop, **made._kwargs}
        return _Server(made.request_handler, request_factory=made.request_factory, **options)


class _Server(web.Server):
    def __call__(self) -> RequestHandler:
        return _Connection(self, loop=self._loop, **self._kwargs)


class _Connection(RequestHandler):
    __slots__ = ()

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
        else:
            log.get().error("request.failed", exc_info=exc_info)
