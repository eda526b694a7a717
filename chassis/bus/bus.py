"""One connection to NATS, and what nats-py does by itself put right once: endless reconnects, quick detection of a dead
peer, asks answered concurrently and drained on stop, unexpected errors answered as `internal` without detail."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
import nats.errors
import nats.js.errors
import nats.micro
from nats.aio.client import Client
from nats.micro.service import ServiceConfig

from chassis import log
from chassis.bus import stream
from chassis.bus.asker import PARLEY, Asker, asker_of
from chassis.bus.events import Fact
from chassis.bus.reader import Reader, Told
from chassis.clock import monotonic
from chassis.settings import Settings
from chassis.tasks import Tasks
from contracts.everything import ASKS
from contracts.refusals import Refusal, Refused, unavailable
from contracts.table import Ask

Handler = Callable[[Asker, Any], Awaitable[Any]]
ATTEMPT_S = 0.8
"""An idempotent ask without an answer is tried on another replica after this long."""
ASK_S = 4.0
PUBLISH_S = 3.0
IN_FLIGHT_MAX = 2_000
"""Asks one process works on at the same time; beyond, `unavailable`."""
_ERROR_CODE = "Nats-Service-Error-Code"
_ERROR = "Nats-Service-Error"
_encode = msgspec.json.Encoder().encode


class Bus:
    def __init__(self, client: Any, settings: Settings, part: str) -> None:
        self._nc = client
        self._settings = settings
        self._part = part
        self._work = Tasks()
        self._service: Any = None
        self.js = client.jetstream(timeout=PUBLISH_S)
        self.epoch = ""

    @classmethod
    async def connect(cls, settings: Settings, part: str) -> "Bus":
        """Waits for NATS as long as it takes, and makes the stream if it is not there."""

        async def on_error(error: Exception) -> None:
            log.get().warning("nats.error", kind=type(error).__name__)

        async def on_disconnect() -> None:
            if not client.is_closed:
                log.get().warning("nats.disconnected")

        async def on_reconnect() -> None:
            log.get().info("nats.reconnected")

        client = Client()
        await client.connect(
            settings.nats_url,
            name=settings.instance,
            user=settings.nats_user,
            password=settings.nats_password,
            inbox_prefix=f"_INBOX_{settings.nats_user}".encode(),
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.2,  # type: ignore[arg-type]  # seconds; a fraction works
            connect_timeout=2,
            ping_interval=2,
            max_outstanding_pings=2,
            pending_size=16 * 1024 * 1024,
            allow_reconnect=True,
            error_cb=on_error,
            disconnected_cb=on_disconnect,
            reconnected_cb=on_reconnect,
        )
        bus = cls(client, settings, part)
        bus.epoch = await stream.ensure(bus.js, settings)
        return bus

    @property
    def is_connected(self) -> bool:
        return bool(self._nc.is_connected)

    @property
    def is_closed(self) -> bool:
        return bool(self._nc.is_closed)

    async def ask(self, ask: Ask, request: Any, asker: Asker = PARLEY, timeout_s: float = ASK_S) -> Any:
        """The answer, of the ask's type. Raises Refused; `unavailable` when nobody answered in time."""
        reply = await self.ask_raw(ask, _encode(request), asker, timeout_s)
        return msgspec.json.decode(reply, type=ask.answer)

    async def ask_raw(self, ask: Ask, data: bytes, asker: Asker, timeout_s: float = ASK_S) -> bytes:
        """As `ask`, with the JSON as it is: what a door hands through need not be decoded."""
        headers = asker.headers()
        until = monotonic() + timeout_s
        while True:
            left = until - monotonic()
            if left <= 0:
                raise unavailable(ask.owner)
            try:
                msg = await self._nc.request(
                    ask.subject, data, timeout=min(ATTEMPT_S, left) if ask.idempotent else left, headers=headers
                )
            except nats.errors.NoRespondersError:
                await asyncio.sleep(min(0.1, left))
                continue
            except (TimeoutError, nats.errors.TimeoutError):
                if ask.idempotent:
                    continue
                raise unavailable(ask.owner) from None
            except nats.errors.Error:
                if self._nc.is_closed:
                    raise unavailable("NATS") from None
                await asyncio.sleep(min(0.1, left))
                continue
            if msg.headers and _ERROR_CODE in msg.headers:
                raise _refused(msg.data)
            return bytes(msg.data)

    async def answer(self, handlers: Mapping[str, Handler]) -> None:
        """Answers the asks named, as one NATS micro service of this part. Handlers run concurrently."""
        self._service = await nats.micro.add_service(
            self._nc, ServiceConfig(name=self._part, version="0.1.0", queue_group=self._part)
        )
        for name, handler in handlers.items():
            ask = ASKS[name]
            assert ask.owner == self._part, name
            await self._service.add_endpoint(
                name=name.replace(".", "-"), subject=ask.subject, handler=self._endpoint(ask, handler)
            )
        await self._nc.flush()

    async def tell(self, fact: Fact) -> None:
        """Into the stream, once per id within the duplicate window. Raises unless the stream has it."""
        await self.js.publish(fact.subject, fact.data, headers=fact.headers(), timeout=PUBLISH_S, stream=stream.NAME)

    async def read(
        self, hear: Callable[[Told], None], *, after: int | None = None, subject: str = stream.SUBJECTS
    ) -> Reader:
        reader = Reader(self.js, hear, subject)
        await reader.start(after)
        return reader

    async def last_seq(self) -> int:
        return await stream.last_seq(self.js)

    async def first_seq(self) -> int:
        return int((await self.js.stream_info(stream.NAME)).state.first_seq)

    async def whisper(self, subject: str, data: bytes) -> None:
        """Ephemeral: at most once, to whoever listens now."""
        await self._nc.publish(subject, data)

    async def overhear(self, subject: str, hear: Callable[[bytes], None]) -> None:
        async def on_message(msg: Any) -> None:
            hear(msg.data)

        await self._nc.subscribe(subject, cb=on_message)

    async def stop_answering(self, timeout_s: float = 4.0) -> None:
        """Takes no more asks and answers every one it was given: others in the queue group have the rest."""
        service, self._service = self._service, None
        if service is None:
            return
        with contextlib.suppress(nats.errors.Error, TimeoutError):
            async with asyncio.timeout(timeout_s):
                # nats.micro unsubscribes on stop and loses what is in its queues; a drained subscription answers it
                endpoints, service._endpoints = service._endpoints, []
                await asyncio.gather(*(endpoint._subscription.drain() for endpoint in endpoints))
                await service.stop()
        await self._work.drain(timeout_s)

    async def drain(self, timeout_s: float = 4.0) -> None:
        """Answers what it was asked, sends what it has to say, then closes the connection."""
        await self.stop_answering(timeout_s)
        with contextlib.suppress(nats.errors.Error, TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._nc.flush()
        await self._nc.close()

    def _endpoint(self, ask: Ask, handler: Handler) -> Callable[[Any], Awaitable[None]]:
        decode = msgspec.json.Decoder(ask.request).decode

        async def on_request(request: Any) -> None:
            # a callback that waited would hold up every other ask of this subject
            if len(self._work) >= IN_FLIGHT_MAX:
                await _refuse(request, unavailable(self._part).refusal)
                return
            self._work.brief(ask.name, work(request))

        async def work(request: Any) -> None:
            asker = asker_of(request.headers)
            try:
                answer = await handler(asker, decode(request.data))
                await request.respond(_encode(answer))
            except Refused as refused:
                await _refuse(request, refused.refusal)
            except msgspec.ValidationError as error:
                await _refuse(request, Refusal("invalid", str(error)))
            except msgspec.DecodeError:
                await _refuse(request, Refusal("invalid", "This is not JSON."))
            except nats.errors.Error as error:
                log.get().warning("ask.unanswered", ask=ask.name, kind=type(error).__name__)
            except Exception as error:
                refusal = _of_unexpected(error)
                log.get().exception("ask.failed", ask=ask.name, request_id=asker.request_id, code=refusal.code)
                await _refuse(request, refusal)

        return on_request


def _of_unexpected(error: Exception) -> Refusal:
    """A store that is away is `unavailable`; anything else is `internal`, without detail."""
    module = type(error).__module__.partition(".")[0]
    if module in ("pymongo", "redis") or isinstance(error, TimeoutError | ConnectionError):
        return unavailable("A store").refusal
    return Refusal("internal", "Something went wrong here; it has been noted.")


async def _refuse(request: Any, refusal: Refusal) -> None:
    headers = {_ERROR_CODE: refusal.code, _ERROR: refusal.code}
    with contextlib.suppress(nats.errors.Error):
        await request.respond(_encode(refusal), headers=headers)


def _refused(data: bytes) -> Refused:
    refusal = msgspec.json.decode(data, type=Refusal)
    return Refused(refusal.code, refusal.message, retry_after_s=refusal.retry_after_s, errors=refusal.errors)
