"""Hears messenger.member.added through one durable consumer that all replicas share: at least once, in batches, and
acknowledged only after what follows from it is stored. Lives through a NATS or a MongoDB that is away. What fails for
another reason is tried again alone, a limited number of times, and then kept as a dead letter."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

import msgspec
import nats.errors
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from prometheus_client import Counter

from chassis import log
from chassis.bus import Bus
from chassis.bus.stream import NAME as STREAM
from contracts.limits import is_id
from contracts.messenger import MEMBER_ADDED, MemberAdded
from services.notifier.actions.raise_notices import RaiseNotices
from services.notifier.domain.notices import BATCH_MAX, StoreAway
from services.notifier.store.dead_letters import DeadLetters

DURABLE = "notifier"
SUBJECT = f"{MEMBER_ADDED.prefix}.>"
ACK_WAIT_S = 10.0
WAIT_S = 5.0
GATHER_S = 0.1
"""How long a first event waits for others of its burst: nats-py holds a batch back until it is full or this is over."""
PAUSE_S = 1.0
DEAD = Counter("parley_dead_letters", "Events that were given up and lie in PARLEY_DEAD.", ["part"])

_decode = msgspec.json.Decoder(MemberAdded).decode


@dataclass(frozen=True)
class Heard:
    msg: Any
    event: MemberAdded

    @property
    def id(self) -> str:
        return str((self.msg.headers or {}).get("ce-id", self.msg.metadata.sequence.stream))


class MembersAdded:
    """`deliveries_max`: so often an event is tried that fails for another reason than a NATS or a store that is away."""

    def __init__(self, bus: Bus, raise_notices: RaiseNotices, dead_letters: DeadLetters, deliveries_max: int) -> None:
        self._bus = bus
        self._raise_notices = raise_notices
        self._dead_letters = dead_letters
        self._deliveries_max = deliveries_max

    async def hear_always(self) -> NoReturn:
        while True:
            try:
                await self._hear()
            except (nats.errors.Error, TimeoutError, OSError) as error:
                log.get().warning("consumer.lost", kind=type(error).__name__)
            await asyncio.sleep(PAUSE_S)

    async def prepare(self) -> None:
        """Makes the consumer, if it is not there: from then on no event is missed."""
        await self._dead_letters.prepare()
        await self._unsubscribe(await self._subscribe())

    async def _subscribe(self) -> Any:
        config = ConsumerConfig(
            durable_name=DURABLE,
            name=DURABLE,
            filter_subject=SUBJECT,
            deliver_policy=DeliverPolicy.NEW,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=ACK_WAIT_S,
            # counted here, not there: JetStream would let an event go without a word
            max_deliver=-1,
        )
        await self._bus.js.add_consumer(STREAM, config)
        return await self._bus.js.pull_subscribe_bind(DURABLE, stream=STREAM)

    async def _hear(self) -> NoReturn:
        subscription = await self._subscribe()
        try:
            while True:
                batch = await self._fetch(subscription)
                if batch:
                    await self._take(batch)
                else:
                    await subscription.consumer_info()  # raises if the consumer is gone: then it is made anew
        finally:
            await self._unsubscribe(subscription)

    async def _fetch(self, subscription: Any) -> list[Any]:
        batch: list[Any] = []
        with contextlib.suppress(TimeoutError):
            batch += await subscription.fetch(1, timeout=WAIT_S)
            batch += await subscription.fetch(BATCH_MAX - 1, timeout=GATHER_S)
        return batch

    async def _take(self, batch: Sequence[Any]) -> None:
        heard: list[Heard] = []
        for msg in batch:
            event = _event(msg.data)
            if event is None:
                await self._give_up(msg, "not_understood")
            elif msg.metadata.num_delivered > self._deliveries_max:
                await self._give_up(msg, "not_survived")  # whoever tried it last did not live to say why
            else:
                heard.append(Heard(msg, event))
        await self._raise(heard)

    async def _raise(self, heard: Sequence[Heard]) -> None:
        """What fails together is tried alone, each: one bad event holds up no other."""
        try:
            await self._until_stored(heard)
        except (nats.errors.Error, TimeoutError, OSError):
            raise
        except Exception as error:
            if len(heard) > 1:
                for one in heard:
                    await self._raise([one])
            else:
                await self._again_or_give_up(heard[0].msg, type(error).__name__)
            return
        for one in heard:
            await one.msg.ack()

    async def _until_stored(self, heard: Sequence[Heard]) -> None:
        while True:
            try:
                await self._raise_notices([(one.id, one.event) for one in heard])
                return
            except StoreAway as away:
                # not left to redelivery: a MongoDB away for long would use up the deliveries
                log.get().warning("notices.not_stored", kind=str(away), events=len(heard))
                for one in heard:
                    await one.msg.in_progress()
                await asyncio.sleep(PAUSE_S)

    async def _again_or_give_up(self, msg: Any, kind: str) -> None:
        if msg.metadata.num_delivered >= self._deliveries_max:
            await self._give_up(msg, kind)
        else:
            log.get().warning("notice.not_raised", kind=kind, seq=msg.metadata.sequence.stream, exc_info=True)
            await msg.nak(delay=PAUSE_S)

    async def _give_up(self, msg: Any, reason: str) -> None:
        seq, deliveries = msg.metadata.sequence.stream, msg.metadata.num_delivered
        await self._dead_letters.keep(
            msg.subject, msg.headers or {}, msg.data, seq=seq, deliveries=deliveries, reason=reason
        )
        await msg.term()
        DEAD.labels(DURABLE).inc()
        log.get().error("event.dead", reason=reason, seq=seq, subject=msg.subject, deliveries=deliveries)

    @staticmethod
    async def _unsubscribe(subscription: Any) -> None:
        with contextlib.suppress(nats.errors.Error):
            await subscription.unsubscribe()


def _event(data: bytes) -> MemberAdded | None:
    try:
        event = _decode(data)
        datetime.fromisoformat(event.at)
    except (ValueError, RecursionError):  # msgspec's own errors are ValueErrors
        return None
    return event if is_id(event.user_id) else None
