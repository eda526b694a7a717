"""Looking at a cluster: its services by NATS micro, its stream by JetStream. Nobody is asked who does not answer by himself."""

from typing import Any

import msgspec
from nats.js.errors import NotFoundError

from chassis.bus.caller import Caller
from chassis.bus.stream import EPOCH
from contracts.permissions import DEAD_STREAM, STREAM

PAGE = 256
"""Consumers in one answer of JetStream."""


class Endpoint(msgspec.Struct, frozen=True):
    """Of micro's `$SRV.STATS`; `data` of the endpoint `state` is what the part says of itself."""

    name: str
    num_requests: int = 0
    num_errors: int = 0
    processing_time: int = 0
    data: dict[str, Any] | None = None


class Stats(msgspec.Struct, frozen=True):
    name: str
    id: str
    version: str
    started: str = ""
    metadata: dict[str, str] = {}
    endpoints: list[Endpoint] = []


class Instance(msgspec.Struct, frozen=True, omit_defaults=True):
    """One process. `asks` it was asked; `errors`: what went wrong there, refusals aside. `sockets`, `people` and `position`
    (in the stream) are of gateways. `away`: what it misses."""

    service: str
    instance: str
    version: str
    started_at: str
    asks: int
    errors: int
    average_ms: float
    away: list[str] = []
    epoch: str = ""
    sockets: int | None = None
    people: int | None = None
    position: int | None = None
    is_draining: bool = False


class Consumer(msgspec.Struct, frozen=True):
    """A durable one, or those of readers that come and go, under the name "". `lag`: events not handled yet."""

    name: str
    lag: int
    being_handled: int = 0
    count: int = 1


class Stream(msgspec.Struct, frozen=True):
    epoch: str
    messages: int
    bytes: int
    first_seq: int
    last_seq: int


class Status(msgspec.Struct, frozen=True):
    """`parked`: events that were given up. No `stream`: there is none."""

    services: list[Instance]
    stream: Stream | None
    consumers: list[Consumer]
    parked: int


async def look(caller: Caller) -> Status:
    said = await caller.survey("$SRV.STATS")
    services = sorted((_instance(one) for one in said), key=lambda one: (one.service, one.instance))
    try:
        info = await caller.js.stream_info(STREAM)
        consumers = await _consumers(caller)
    except NotFoundError:
        return Status(services, None, [], await _parked(caller))
    epoch = str((info.config.metadata or {}).get(EPOCH, ""))
    state = info.state
    stream = Stream(epoch, state.messages, state.bytes, state.first_seq, state.last_seq)
    return Status(services, stream, consumers, await _parked(caller))


def _instance(said: bytes) -> Instance:
    stats = msgspec.json.decode(said, type=Stats)
    state = next((one.data for one in stats.endpoints if one.name == "state" and one.data), {})
    asked = [one for one in stats.endpoints if one.name != "state"]
    asks = sum(one.num_requests for one in asked)
    took_ms = sum(one.processing_time for one in asked) / 1e6
    return msgspec.convert(
        {
            **state,
            "service": stats.name,
            "instance": stats.metadata.get("instance", stats.id),
            "version": stats.version,
            "started_at": stats.started,
            "asks": asks,
            "errors": sum(one.num_errors for one in asked),
            "average_ms": round(took_ms / asks, 2) if asks else 0.0,
        },
        Instance,
    )


async def _consumers(caller: Caller) -> list[Consumer]:
    found: list[Any] = []
    while True:
        page = await caller.js.consumers_info(STREAM, offset=len(found))
        found += page
        if len(page) < PAGE:
            break
    durable = [one for one in found if one.config.durable_name]
    readers = [one.num_pending or 0 for one in found if not one.config.durable_name]
    shown = [Consumer(one.name, (one.num_pending or 0), one.num_ack_pending or 0) for one in durable]
    shown.sort(key=lambda one: one.name)
    return shown + ([Consumer("", max(readers), count=len(readers))] if readers else [])


async def _parked(caller: Caller) -> int:
    try:
        return int((await caller.js.stream_info(DEAD_STREAM)).state.messages)
    except NotFoundError:
        return 0
