"""Answering asks, as a NATS micro service that works on many at once, tells no errors' detail, and drains on stop.

Each replica answers in its part's queue group and, for askers that try again, at its own address. What it says of itself
(`$SRV.STATS`, ADR-32 of NATS) is what was answered, how often that failed and how long it took, and as `data` of its endpoint
`state` what the part tells of its state.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
import nats.errors
import nats.micro
from nats.aio.client import Client
from nats.micro.request import Request
from nats.micro.service import ServiceConfig
from prometheus_client import Counter

from chassis import log
from chassis.bus import deadline
from chassis.bus.asker import Asker, asker_of
from chassis.bus.asking import ERROR_CODE, LATE
from chassis.stores import is_away
from chassis.tasks import Tasks
from chassis.version import version
from contracts.everything import ASKS
from contracts.refusals import Refusal, Refused, unavailable
from contracts.table import Ask

Handler = Callable[[Asker, Any], Awaitable[Any]]
STOP_S = 2.0
IN_FLIGHT_MAX = 2_000
"""Asks one process works on at the same time; beyond, `unavailable`."""
LATE_ASKS = Counter(
    "parley_asks_late", "Asks that came after their deadline: this process was held up, or clocks differ."
)
INBOX = "_INBOX"
"""Whoever asks waits there. What NATS itself was made to send to an ask, an answer or an event that was fetched, goes on to
nobody or to where it is acknowledged: it is no ask, whatever it says."""
STATE = "state"
ERRORS = ("internal", "unavailable")
_ERROR = "Nats-Service-Error"
_encode = msgspec.json.Encoder().encode


class Answering:
    def __init__(self, client: Client, part: str, instance: str, state: Mapping[str, Callable[[], Any]]) -> None:
        self._nc = client
        self._part = part
        self._instance = instance
        self._state = state
        self._work = Tasks()
        self._service: Any = None
        self._own: list[Any] = []

    async def start(self, handlers: Mapping[str, Handler]) -> None:
        """All of them or none."""
        service = await nats.micro.add_service(
            self._nc,
            ServiceConfig(
                name=self._part,
                version=version(),
                metadata={"instance": self._instance},
                queue_group=self._part,
                stats_handler=lambda endpoint: self._told_state() if endpoint.name == STATE else None,
            ),
        )
        self._service, self._own = service, []
        try:
            for name, handler in handlers.items():
                ask = ASKS[name]
                assert ask.owner == self._part, name
                counts = Counts()
                endpoint = self._endpoint(ask, handler, counts)
                await service.add_endpoint(name=name.replace(".", "-"), subject=ask.subject, handler=endpoint)
                counts.endpoint = service._endpoints[-1]
                self._own.append(await self._nc.subscribe(ask.subject_at(service.id), cb=_from_message(endpoint)))
            own_address = f"parley.at.{self._part}.{service.id}.{STATE}"
            await service.add_endpoint(name=STATE, subject=own_address, handler=self._say_state)
            await self._nc.flush()
        except BaseException:
            await self.stop(STOP_S)
            raise

    async def stop(self, timeout_s: float) -> None:
        """Takes no more asks and answers every one it was given: others in the queue group have the rest."""
        service, self._service = self._service, None
        if service is None:
            return
        with contextlib.suppress(nats.errors.Error, TimeoutError):
            async with asyncio.timeout(timeout_s):
                # nats.micro unsubscribes on stop and loses what is in its queues; a drained subscription answers it
                endpoints, service._endpoints = service._endpoints, []
                subscriptions = [endpoint._subscription for endpoint in endpoints]
                await asyncio.gather(*(subscription.drain() for subscription in (*subscriptions, *self._own)))
                await service.stop()
        await self._work.drain(timeout_s)

    def _told_state(self) -> dict[str, Any]:
        return {name: look() for name, look in self._state.items()}

    async def _say_state(self, request: Request) -> None:
        await request.respond(_encode(self._told_state()))

    def _endpoint(self, ask: Ask, handler: Handler, counts: "Counts") -> Callable[[Request], Awaitable[None]]:
        decode = msgspec.json.Decoder(ask.request).decode

        async def on_request(request: Request) -> None:
            if not (request._msg.reply or "").startswith(INBOX):
                log.get().warning("ask.of_nobody", ask=ask.name)
                return
            # a callback that waited would hold up every other ask of this subject
            if (late_s := deadline.late_s(request.headers)) > 0:
                LATE_ASKS.inc()
                log.get().warning("ask.late", ask=ask.name, late_s=round(late_s, 3))
                await _say(request, LATE, b"")
            elif len(self._work) >= IN_FLIGHT_MAX:
                await _refuse(request, unavailable(self._part).refusal)
            else:
                self._work.brief(ask.name, work(request))

        async def work(request: Request) -> None:
            asker = asker_of(request.headers)
            try:
                question = decode(request.data)
            except msgspec.ValidationError as error:
                return await _refuse(request, Refusal("invalid", str(error)))
            except ValueError:
                return await _refuse(request, Refusal("invalid", "This is not JSON."))
            began = time.perf_counter_ns()
            try:
                await request.respond(_encode(await handler(asker, question)))
                counts.answered(began)
            except Refused as refused:
                counts.answered(began, refused.code)
                await _refuse(request, refused.refusal)
            except nats.errors.Error as error:
                log.get().warning("ask.unanswered", ask=ask.name, kind=type(error).__name__)
                await _refuse(request, Refusal("internal", "The answer could not be given."))
            except Exception as error:
                refusal = _of_unexpected(error)
                counts.answered(began, refusal.code)
                log.get().exception("ask.failed", ask=ask.name, request_id=asker.request_id, code=refusal.code)
                await _refuse(request, refusal)

        return on_request


class Counts:
    """Of one ask: micro's own would be of how long it takes to begin, and know no error."""

    endpoint: Any = None

    def answered(self, began_ns: int, code: str = "") -> None:
        """A refusal is an answer; only what went wrong here is an error."""
        endpoint = self.endpoint
        endpoint._processing_time += time.perf_counter_ns() - began_ns
        endpoint._average_processing_time = endpoint._processing_time // max(1, endpoint._num_requests)
        if code in ERRORS:
            endpoint._num_errors += 1
            endpoint._last_error = code


def _from_message(endpoint: Callable[[Request], Awaitable[None]]) -> Callable[[Any], Awaitable[None]]:
    async def on_message(message: Any) -> None:
        await endpoint(Request(message))

    return on_message


def _of_unexpected(error: Exception) -> Refusal:
    """A store that is away is `unavailable`; anything else is `internal`, without detail."""
    if is_away(error) or isinstance(error, TimeoutError | ConnectionError):
        return unavailable("A store").refusal
    return Refusal("internal", "Something went wrong here; it has been noted.")


async def _refuse(request: Request, refusal: Refusal) -> None:
    await _say(request, refusal.code, _encode(refusal))


async def _say(request: Request, code: str, data: bytes) -> None:
    with contextlib.suppress(nats.errors.Error):
        await request.respond(data, headers={ERROR_CODE: code, _ERROR: code})
