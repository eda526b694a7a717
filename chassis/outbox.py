"""The outbox in MongoDB: what a change has to tell is stored in the changed document itself, so both happen or neither.

A document carries `outbox: [{id, subject, type, at, data}]` until the stream has each entry. `tell` is called after the
write, in the order of writes; whatever a dead process left is found by any replica's sweep within a second. So every
event is told at least once, under one id.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any

import nats.errors
import nats.js.errors
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import PyMongoError

from chassis import log
from chassis.bus import Bus, Fact
from chassis.clock import Clock, SystemClock, monotonic, rfc3339
from chassis.stores import MAJORITY, SOON
from chassis.tasks import Tasks

Document = dict[str, Any]
INDEX = "outbox"
"""Of the documents with something to tell; nearly always empty."""
SWEEP_S = 0.25
SWEEP_AGE = timedelta(seconds=0.5)
SWEEP_MAX = 500
OLD = timedelta(seconds=60)
"""Well within any duplicate window: what waited longer may have been told before it."""
REFUSED_S = 60.0
"""What the stream refuses for what it is, not for now, is left out of sweeps this long: it holds up nobody else."""
IN_FLIGHT = 256
CLEARED_AT_ONCE = 500
"""Of many documents, so many are cleared before the next are told: nobody finds them untold, and tells them too."""


def entries(facts: Sequence[Fact]) -> list[Document]:
    """What to put into a document's `outbox`."""
    return [{"id": f.id, "subject": f.subject, "type": f.type, "at": f.at, "data": f.data} for f in facts]


class Outbox:
    """One per collection. `prepare` is done with the documents a sweep found, before telling; it must be repeatable. `choose`
    gives those of them that may be told now."""

    def __init__(
        self,
        bus: Bus,
        collection: AsyncCollection[Document],
        tasks: Tasks,
        *,
        prepare: Callable[[Sequence[Document]], Awaitable[None]] | None = None,
        choose: Callable[[Sequence[Document]], Awaitable[Sequence[Document]]] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._bus = bus
        self._collection = collection
        self._told = collection.with_options(write_concern=SOON)
        self._tasks = tasks
        self._prepare = prepare
        self._choose = choose
        self._clock = clock or SystemClock()
        self._window = asyncio.Semaphore(IN_FLIGHT)
        self._refused: dict[Any, float] = {}

    async def index(self) -> None:
        await self._collection.create_index("outbox.at", name=INDEX, partialFilterExpression={"outbox.at": {"$gt": ""}})

    async def start(self) -> None:
        await self.index()
        self._tasks.lasting(f"outbox.{self._collection.name}", self._sweep())

    async def tell(self, documents: Iterable[tuple[Any, Sequence[Fact]]]) -> None:
        """Tells the facts of documents (by `_id`) that were just inserted, and clears them. A document that was changed
        may carry older facts: `tell_pending`. Raises nothing: what fails stays in the outbox for the sweep."""
        written = [(key, list(facts)) for key, facts in documents]
        for start in range(0, len(written), CLEARED_AT_ONCE):
            await self._tell(written[start : start + CLEARED_AT_ONCE])

    async def _tell(self, written: Sequence[tuple[Any, Sequence[Fact]]]) -> None:
        outcomes = await asyncio.gather(*(self._publish_all(key, facts) for key, facts in written))
        told = [fact.id for (_, facts), count in zip(written, outcomes, strict=True) for fact in facts[:count]]
        try:
            if told:
                await self._told.update_many(
                    {"_id": {"$in": [key for key, _ in written]}}, {"$pull": {"outbox": {"id": {"$in": told}}}}
                )
        except PyMongoError as error:
            log.get().warning("outbox.not_cleared", kind=type(error).__name__)

    async def tell_soon(self, documents: Iterable[tuple[Any, Sequence[Fact]]]) -> None:
        """As `tell`, behind the caller's back."""
        self._tasks.brief(f"tell.{self._collection.name}", self.tell(list(documents)))

    async def tell_of(self, keys: Sequence[Any]) -> None:
        """Tells what the documents of these `_id`s still carry; as `tell_pending`. Raises nothing."""
        try:
            found = self._collection.find({"_id": {"$in": list(keys)}, "outbox.at": {"$gt": ""}}, {"outbox": 1})
            await self.tell_pending(await found.to_list())
        except PyMongoError as error:
            log.get().warning("outbox.not_read", kind=type(error).__name__)

    async def tell_pending(self, documents: Sequence[Document]) -> None:
        """Tells what documents (with `outbox`) still carry, each document's in the order of its changes; returns when
        the stream has it."""
        pending = [(d["_id"], [_fact(entry) for entry in d["outbox"]]) for d in documents if d.get("outbox")]
        if pending:
            await self.tell(pending)

    async def _publish_all(self, key: Any, facts: Sequence[Fact]) -> int:
        """How many the stream has: one after the other, and none after one that failed."""
        for count, fact in enumerate(facts):
            try:
                async with self._window:
                    # the stream forgets ids after its duplicate window
                    if fact.at > self._before(OLD) or not await self._bus.was_told_last(fact):
                        await self._bus.tell(fact)
            except (nats.errors.Error, TimeoutError) as error:
                log.get().warning("outbox.not_told", type=fact.type, id=fact.id, kind=type(error).__name__)
                if isinstance(error, nats.errors.MaxPayloadError | nats.js.errors.BadRequestError):
                    self._refused[key] = monotonic() + REFUSED_S
                return count
        return len(facts)

    async def _sweep(self) -> None:
        majority = self._collection.with_options(read_concern=MAJORITY)
        while True:
            await asyncio.sleep(SWEEP_S)
            if not self._bus.is_connected:
                continue
            self._refused = {key: until for key, until in self._refused.items() if until > monotonic()}
            left: Document = {"outbox.at": {"$gt": "", "$lt": self._before(SWEEP_AGE)}}
            if self._refused:
                left["_id"] = {"$nin": list(self._refused)}
            try:
                found = await majority.find(left).limit(SWEEP_MAX).to_list()
                if found and self._choose is not None:
                    found = list(await self._choose(found))
                if found:
                    log.get().info("outbox.swept", collection=self._collection.name, documents=len(found))
                    if self._prepare is not None:
                        await self._prepare(found)
                    await self.tell_pending(found)
            except PyMongoError as error:
                log.get().warning("outbox.not_swept", kind=type(error).__name__)

    def _before(self, age: timedelta) -> str:
        return rfc3339(self._clock.now() - age)


def _fact(entry: Document) -> Fact:
    return Fact(entry["id"], entry["subject"], entry["type"], entry["at"], bytes(entry["data"]))
