"""Hears messenger.member.added through one durable consumer that all replicas share: at least once, in batches, and
acknowledged only after what follows from it is stored. Lives through a NATS or a MongoDB that is away."""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NoReturn

import msgspec
import nats.errors
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from pymongo.errors import PyMongoError

from chassis import log
from chassis.bus import Bus
from chassis.bus.stream import NAME as STREAM
from contracts.limits import is_id
from contracts.messenger import MEMBER_ADDED, MemberAdded
from services.notifier.actions.raise_notices import RaiseNotices
from services.notifier.domain.notices import BATCH_MAX

DURABLE = "notifier"
SUBJECT = f"{MEMBER_ADDED.prefix}.>"
ACK_WAIT_S = 10.0
DELIVER_MAX = 20
WAIT_S = 5.0
GATHER_S = 0.1
"""How long a first event waits for others of its burst: nats-py holds a batch back until it is full or this is over."""
PAUSE_S = 1.0

_decode = msgspec.json.Decoder(MemberAdded).decode


class MembersAdded:
    def __init__(self, bus: Bus, raise_notices: RaiseNotices) -> None:
        self._bus = bus
        self._raise_notices = raise_notices

    async def hear_always(self) -> NoReturn:
        while True:
            try:
                await self._hear()
            except (nats.errors.Error, TimeoutError, OSError) as error:
                log.get().warning("consumer.lost", kind=type(error).__name__)
            await asyncio.sleep(PAUSE_S)

    async def prepare(self) -> None:
        """Makes the consumer, if it is not there: from then on no event is missed."""
        await self._unsubscribe(await self._subscribe())

    async def _subscribe(self) -> Any:
        config = ConsumerConfig(
            deliver_policy=DeliverPolicy.NEW,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=ACK_WAIT_S,
            max_deliver=DELIVER_MAX,
        )
        return await self._bus.js.pull_subscribe(SUBJECT, durable=DURABLE, stream=STREAM, config=config)

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
        added: list[tuple[str, MemberAdded]] = []
        taken: list[Any] = []
        for msg in batch:
            event = _event(msg.data)
            if event is None:
                log.get().warning("event.not_understood", seq=msg.metadata.sequence.stream, subject=msg.subject)
                await msg.term()
                continue
            taken.append(msg)
            added.append(((msg.headers or {}).get("ce-id", str(msg.metadata.sequence.stream)), event))
        while True:
            try:
                await self._raise_notices(added)
                break
            except PyMongoError as error:
                # not left to redelivery: a MongoDB away for long would use up the deliveries
                log.get().warning("notices.not_stored", kind=type(error).__name__, events=len(added))
                for msg in taken:
                    await msg.in_progress()
                await asyncio.sleep(PAUSE_S)
        for msg in taken:
            await msg.ack()

    @staticmethod
    async def _unsubscribe(subscription: Any) -> None:
        with contextlib.suppress(nats.errors.Error):
            await subscription.unsubscribe()


def _event(data: bytes) -> MemberAdded | None:
    try:
        event = _decode(data)
        datetime.fromisoformat(event.at)
    except ValueError:  # which msgspec's errors are, too
        return None
    return event if is_id(event.user_id) else None
