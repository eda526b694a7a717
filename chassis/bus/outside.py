"""The events once more, for another NATS account: in mirrors there of our own stream, and of one beside it that is told them one
by one, each as `change` makes it. Nobody there can add to a mirror.

What is told is there once and in our order, whoever tells it and however often they die: each event is accepted only
directly after the one before it (`Nats-Expected-Last-Sequence`), and carries its place in our stream, where the next one goes
on. So one replica tells at a time, without a lock; the others look whether it does.

What is there is kept as long as in our stream: both have its limits, which are looked at when a replica starts."""

import asyncio
import contextlib
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import nats.errors
import nats.js.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DeliverPolicy,
    ExternalStream,
    PersistMode,
    StreamConfig,
    StreamSource,
    SubjectTransform,
)
from nats.js.client import JetStreamContext

from chassis import log
from chassis.bus import stream
from chassis.clock import new_id

EXPECTED = "Nats-Expected-Last-Sequence"
PLACE = "Parley-Seq"
"""The header that says where in our stream an event is."""
LOOK_S = 1.0
TIMEOUT_S = 5.0
BATCH_MAX = 200
WAIT_S = 5.0
GATHER_S = 0.02
"""How long a first event waits for others of its burst."""
FORGOTTEN_S = 30.0


class Overtaken(Exception):
    """Another replica tells them."""


@dataclass(frozen=True)
class Outside:
    """`stream`: the one that is told, under `told` in place of `parley.event`. `api`: JetStream's in the other account, as we
    reach it; `mirrors`: the streams there and what they mirror, `mirrored_api` and `mirrored_told` how they reach us."""

    stream: str
    told: str
    api: str
    mirrors: Mapping[str, str]
    mirrored_api: str
    mirrored_told: str


def _nothing_of(_: str, __: bytes) -> bytes:
    return b"{}"


class TellOutside:
    """`change` is given the name of an event and its body, and gives the body that is told, or raises ValueError: then an
    empty one is."""

    def __init__(self, client: Client, outside: Outside, change: Callable[[str, bytes], bytes] = _nothing_of) -> None:
        self._nc = client
        self._js = client.jetstream(timeout=TIMEOUT_S)
        self._there = client.jetstream(timeout=TIMEOUT_S, prefix=outside.api)
        self._outside = outside
        self._change = change
        self._place = 0
        self._last_seq = 0

    async def tell_always(self) -> NoReturn:
        """Survives a NATS that is away, and streams that are gone: they are made anew."""
        while True:
            try:
                await self.prepare()
                await self._until_nobody_tells()
                await self._tell()
            except Overtaken:
                log.get().info("outside.overtaken")
            except (nats.errors.Error, TimeoutError, OSError) as error:
                log.get().warning("outside.not_told", kind=type(error).__name__)
            await asyncio.sleep(LOOK_S * (1 + random.random()))  # two that begin at once meet once

    async def prepare(self) -> None:
        """Makes the streams, and again where ours is another than they were made from."""
        ours = (await self._js.stream_info(stream.NAME)).config
        kept = StreamConfig(
            max_age=ours.max_age,
            max_bytes=ours.max_bytes,
            num_replicas=ours.num_replicas,
            # alone it would sync each write: what a crash takes is told again, the same in the same order
            persist_mode=PersistMode.ASYNC if ours.num_replicas == 1 else None,
            metadata={stream.EPOCH: _epoch(ours)},
        )
        told = f"{self._outside.told}.>"
        as_events = SubjectTransform(told, stream.SUBJECTS)
        ours_told = replace(kept, name=self._outside.stream, subjects=[told], subject_transform=as_events)
        is_new = await self._make(self._js, ours_told)
        external = ExternalStream(self._outside.mirrored_api, self._outside.mirrored_told)
        for name, mirrored in self._outside.mirrors.items():
            mirror = replace(kept, name=name, mirror=StreamSource(mirrored, external=external))
            await self._make(self._there, mirror, anew=is_new and mirrored == self._outside.stream)

    async def _make(self, js: JetStreamContext, wanted: StreamConfig, *, anew: bool = False) -> bool:
        """Whether it was made; `anew`: also where one is there."""
        assert wanted.name is not None
        with contextlib.suppress(nats.js.errors.NotFoundError):
            found = (await js.stream_info(wanted.name)).config
            if not anew and _epoch(found) == _epoch(wanted) and bool(found.mirror) == bool(wanted.mirror):
                if (found.max_age, found.max_bytes) != (wanted.max_age, wanted.max_bytes):
                    await js.update_stream(replace(wanted, persist_mode=found.persist_mode))
                return False
            log.get().info("outside.stream_made_anew", stream=wanted.name)
            await js.delete_stream(wanted.name)
        with contextlib.suppress(nats.js.errors.BadRequestError):  # another replica was first
            await js.add_stream(wanted)
        return True

    async def _until_nobody_tells(self) -> None:
        """Returns when there has been something to tell for a while and nobody does, with the place to go on from."""
        stuck_at = -1
        while True:
            ours = await self._js.stream_info(stream.NAME)
            theirs = await self._js.stream_info(self._outside.stream)
            if _epoch(ours.config) != _epoch(theirs.config):
                raise Overtaken
            self._last_seq = theirs.state.last_seq
            self._place = await self._told_up_to(theirs.state.messages)
            is_behind = self._place < ours.state.last_seq
            if is_behind and self._last_seq == stuck_at:
                return
            stuck_at = self._last_seq if is_behind else -1
            await asyncio.sleep(LOOK_S)

    async def _told_up_to(self, messages: int) -> int:
        """0 where nothing is there: then what our stream still has is newer than all that was."""
        if not messages:
            return 0
        newest = await self._js.get_msg(self._outside.stream, self._last_seq)
        return int((newest.headers or {}).get(PLACE, "0"))

    async def _tell(self) -> NoReturn:
        name = new_id("outside")
        config = ConsumerConfig(
            name=name,
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=self._place + 1,
            ack_policy=AckPolicy.NONE,
            inactive_threshold=FORGOTTEN_S,
            mem_storage=True,
        )
        await self._js.add_consumer(stream.NAME, config)
        subscription = await self._js.pull_subscribe_bind(name, stream=stream.NAME)
        log.get().info("outside.telling", place=self._place)
        try:
            while True:
                batch = await self._fetch(subscription)
                if batch:
                    await self._tell_all(batch)
                else:
                    await subscription.consumer_info()  # raises if the consumer is gone
                    await self._still_ours()
        finally:
            with contextlib.suppress(nats.errors.Error):
                await subscription.unsubscribe()

    async def _fetch(self, subscription: Any) -> list[Msg]:
        batch: list[Msg] = []
        with contextlib.suppress(TimeoutError):
            batch += await subscription.fetch(1, timeout=WAIT_S)
            batch += await subscription.fetch(BATCH_MAX - 1, timeout=GATHER_S)
        return batch

    async def _still_ours(self) -> None:
        """Raises Overtaken."""
        theirs = await self._js.stream_info(self._outside.stream)
        if theirs.state.last_seq != self._last_seq or _epoch(theirs.config) != await stream.epoch(self._js):
            raise Overtaken

    async def _tell_all(self, batch: Sequence[Msg]) -> None:
        """Each to be accepted after the one before it only, so that the last one's acknowledgement is that of all. Raises
        Overtaken."""
        left = [msg for msg in batch if msg.metadata.sequence.stream > self._place]
        if not left:
            return
        *others, last = [self._told(msg, self._last_seq + ahead) for ahead, msg in enumerate(left)]
        for subject, data, headers in others:
            await self._nc.publish(subject, data, headers=headers)
        subject, data, headers = last
        try:
            acknowledged = await self._js.publish(subject, data, headers=headers, timeout=TIMEOUT_S)
        except nats.js.errors.APIError:
            raise Overtaken from None
        self._last_seq += len(left)
        self._place = left[-1].metadata.sequence.stream
        if acknowledged.seq != self._last_seq:
            raise Overtaken

    def _told(self, msg: Msg, after: int) -> tuple[str, bytes, dict[str, str]]:
        """Subject, body and headers. Without `Nats-Msg-Id`: what was told to us twice, long apart, is so to them."""
        try:
            data = self._change(".".join(msg.subject.split(".")[2:5]), msg.data)
        except ValueError:
            data = b"{}"
        headers = {key: value for key, value in (msg.headers or {}).items() if not key.startswith("Nats-")}
        headers |= {EXPECTED: str(after), PLACE: str(msg.metadata.sequence.stream)}
        return self._outside.told + msg.subject.removeprefix("parley.event"), data, headers


def _epoch(config: StreamConfig) -> str:
    return str((config.metadata or {}).get(stream.EPOCH, "0"))
