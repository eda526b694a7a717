"""Hearing events whoever is up: one durable consumer that all replicas of a part share."""

import asyncio
import contextlib
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, NamedTuple, NoReturn, TypeVar

import nats.errors
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError
from prometheus_client import Counter

from chassis import log
from chassis.bus.bus import Bus
from chassis.bus.dead_letters import DeadLetters
from chassis.bus.reader import Told, told_of
from chassis.bus.stream import NAME as STREAM
from chassis.stores import StoreAway, is_away

T = TypeVar("T")
BATCH_MAX = 100
ACK_WAIT_S = 10.0
WAIT_S = 5.0
GATHER_S = 0.1
"""How long a first event waits for others of its burst: nats-py holds a batch back until it is full or this is over."""
PAUSE_S = 1.0
NEW_FOR = timedelta(minutes=5)
AGAIN_S_MAX = 60.0
DEAD = Counter("parley_dead_letters", "Events that were given up and lie in PARLEY_DEAD.", ["part"])


@dataclass(frozen=True)
class Heard(Generic[T]):
    """`id`: what repeats are known by."""

    id: str
    event: T
    msg: Any


class Standing(NamedTuple):
    """Of a consumer: when it was made (another time: another consumer, which never heard what this one was to hear), up to
    which place in the stream all that concerns it was heard, and where the stream begins by now."""

    made_at: str
    heard_up_to: int
    first_seq: int


class Hearing(Generic[T]):
    """Calls `take` with each event of `subjects` that is told from `prepare` on, and in a stream that was just made from its
    beginning on: at least once, in batches of at most `batch_max`, in no order that can be relied on where several replicas
    hear; one batch at a time in each.

    `understand` gives the event, or raises ValueError or RecursionError: then it is kept as a dead letter at once.
    An event is acknowledged after `take` returned, so `take` returns when what follows from it is stored, and may be given
    the same again. It raises StoreAway (or what a driver raises for a store that is away) for as long as the store is: the
    batch is held and tried again every second. For anything else the events are tried one by one, each as often as
    `deliveries_max` says, after 1, 2, 4, … seconds, and then kept as dead letters in the stream PARLEY_DEAD.

    `name` of the consumer: where a part has several, each its own; all else about it may change from start to start.
    """

    def __init__(
        self,
        bus: Bus,
        name: str,
        subjects: Sequence[str],
        understand: Callable[[Told], T],
        take: Callable[[Sequence[Heard[T]]], Awaitable[None]],
        dead_letters: DeadLetters,
        deliveries_max: int,
        batch_max: int = BATCH_MAX,
    ) -> None:
        self._bus = bus
        self.name = name
        self.subjects = list(subjects)
        self._understand = understand
        self._store = take
        self._dead_letters = dead_letters
        self._deliveries_max = deliveries_max
        self._batch_max = batch_max
        bus.hearers.append(self)

    async def hear_always(self) -> NoReturn:
        """Survives a NATS that is away, and a consumer that is gone: it is made anew."""
        while True:
            try:
                await self._hear()
            except (nats.errors.Error, TimeoutError, OSError) as error:
                log.get().warning("consumer.lost", consumer=self.name, kind=type(error).__name__)
            await asyncio.sleep(PAUSE_S)

    async def prepare(self) -> None:
        """Makes the consumer, if it is not there: from then on no event is missed."""
        await self._dead_letters.prepare()
        await self._unsubscribe(await self._subscribe())

    async def forget(self) -> None:
        """Nobody hears these events any more: a consumer that waited for ever would look as if it could not keep up."""
        with contextlib.suppress(NotFoundError):
            await self._bus.js.delete_consumer(STREAM, self.name)

    async def standing(self) -> Standing:
        """Raises nats.errors.Error, TimeoutError."""
        stream = await self._bus.js.stream_info(STREAM)
        info = await self._bus.js.consumer_info(STREAM, self.name)
        has_all = not info.num_pending and not info.num_ack_pending
        acked = info.ack_floor.stream_seq if info.ack_floor else 0
        state = stream.state
        return Standing(info.created.isoformat(), state.last_seq if has_all else acked, state.first_seq)

    async def take_again(self, told: Told) -> None:
        """One that was given up. Raises what `understand` and `take` do."""
        await self._store([Heard(told.id, self._understand(told), None)])

    async def _policy(self) -> DeliverPolicy:
        """Of a consumer that is there its own. A stream that was made anew is heard from its beginning: its first events were
        told while this part was still on its way."""
        try:
            config = (await self._bus.js.consumer_info(STREAM, self.name)).config
            return config.deliver_policy or DeliverPolicy.ALL
        except NotFoundError:
            created = (await self._bus.js.stream_info(STREAM)).created
        is_new = created is not None and datetime.now(UTC) - created < NEW_FOR
        return DeliverPolicy.ALL if is_new else DeliverPolicy.NEW

    async def _subscribe(self) -> Any:
        is_one = len(self.subjects) == 1
        config = ConsumerConfig(
            durable_name=self.name,
            name=self.name,
            filter_subject=self.subjects[0] if is_one else None,
            filter_subjects=None if is_one else self.subjects,
            deliver_policy=await self._policy(),
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=ACK_WAIT_S,
            # counted here, not there: JetStream would let an event go without a word
            max_deliver=-1,
        )
        await self._bus.js.add_consumer(STREAM, config)
        return await self._bus.js.pull_subscribe_bind(self.name, stream=STREAM)

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
            batch += await subscription.fetch(self._batch_max - 1, timeout=GATHER_S)
        return batch

    async def _take(self, batch: Sequence[Any]) -> None:
        heard: list[Heard[T]] = []
        for msg in batch:
            told = told_of(msg)
            try:
                event = self._understand(told)
            except (ValueError, RecursionError):  # msgspec's own errors are ValueErrors
                await self._give_up(msg, "not_understood")
                continue
            if msg.metadata.num_delivered > self._deliveries_max:
                await self._give_up(msg, "not_survived")  # whoever tried it last did not live to say why
            else:
                heard.append(Heard(told.id, event, msg))
        if heard:
            await self._store_all(heard)

    async def _store_all(self, heard: Sequence[Heard[T]]) -> None:
        """What fails together is tried alone, each: one bad event holds up no other."""
        try:
            await self._until_stored(heard)
        except (nats.errors.Error, TimeoutError, OSError):
            raise
        except Exception as error:
            if len(heard) > 1:
                for one in heard:
                    await self._store_all([one])
            else:
                await self._again_or_give_up(heard[0].msg, error)
            return
        for one in heard:
            await one.msg.ack()

    async def _until_stored(self, heard: Sequence[Heard[T]]) -> None:
        while True:
            try:
                return await self._store(heard)
            except Exception as error:
                if not isinstance(error, StoreAway) and not is_away(error):
                    raise
                # not left to redelivery: a store away for long would use up the deliveries
                kind = str(error) if isinstance(error, StoreAway) else type(error).__name__
                log.get().warning("events.not_stored", consumer=self.name, kind=kind, events=len(heard))
                for one in heard:
                    await one.msg.in_progress()
                await asyncio.sleep(PAUSE_S)

    async def _again_or_give_up(self, msg: Any, error: Exception) -> None:
        kind = type(error).__name__
        if msg.metadata.num_delivered >= self._deliveries_max:
            await self._give_up(msg, kind)
        else:
            # without the error itself: a driver's can hold a text
            seq, place = msg.metadata.sequence.stream, _place(error)
            log.get().warning("event.not_taken", consumer=self.name, kind=kind, place=place, seq=seq)
            await msg.nak(delay=again_after_s(msg.metadata.num_delivered))

    async def _give_up(self, msg: Any, reason: str) -> None:
        seq, deliveries = msg.metadata.sequence.stream, msg.metadata.num_delivered
        await self._dead_letters.keep(
            msg.subject, msg.headers or {}, msg.data, seq=seq, deliveries=deliveries, reason=reason, consumer=self.name
        )
        await msg.term()
        DEAD.labels(self._dead_letters.part).inc()
        log.get().error("event.dead", reason=reason, seq=seq, subject=msg.subject, deliveries=deliveries)

    @staticmethod
    async def _unsubscribe(subscription: Any) -> None:
        with contextlib.suppress(nats.errors.Error):
            await subscription.unsubscribe()


def again_after_s(deliveries: int) -> float:
    """1, 2, 4, … seconds, at most a minute: what passes by itself takes its time."""
    return min(PAUSE_S * 2.0 ** min(deliveries - 1, 10), AGAIN_S_MAX)


def _place(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.filename}:{frame.lineno}"
