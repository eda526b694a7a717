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
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import PyMongoError

from chassis import log
from chassis.bus import Bus, Fact
from chassis.clock import Clock, SystemClock, rfc3339
from chassis.stores import MAJORITY, SOON
from chassis.tasks import Tasks

Document = dict[str, Any]
SWEEP_S = 0.25
SWEEP_AGE = timedelta(seconds=0.5)
SWEEP_MAX = 500
IN_FLIGHT = 256


def entries(facts: Sequence[Fact]) -> list[Document]:
    """What to put into a document's `outbox`."""
    return [{"id": f.id, "subject": f.subject, "type": f.type, "at": f.at, "data": f.data} for f in facts]


class Outbox:
    """One per collection. `prepare` is done with the documents a sweep found, before telling; it must be repeatable."""

    def __init__(
        self,
        bus: Bus,
        collection: AsyncCollection[Document],
        tasks: Tasks,
        *,
        prepare: Callable[[Sequence[Document]], Awaitable[None]] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._bus = bus
        self._collection = collection
        self._told = collection.with_options(write_concern=SOON)
        self._tasks = tasks
        self._prepare = prepare
        self._clock = clock or SystemClock()
        self._window = asyncio.Semaphore(IN_FLIGHT)

    async def start(self) -> None:
        await self._collection.create_index(
            "outbox.at", name="outbox", partialFilterExpression={"outbox.at": {"$gt": ""}}
        )
        self._tasks.lasting(f"outbox.{self._collection.name}", self._sweep())

    async def tell(self, documents: Iterable[tuple[Any, Sequence[Fact]]]) -> None:
        """Tells the facts of documents (by `_id`) that were just written, and clears them. Raises nothing: what fails
        stays in the outbox for the sweep."""
        written = list(documents)
        facts = [fact for _, of_one in written for fact in of_one]
        try:
            outcomes = await asyncio.gather(*map(self._publish, facts))
            told = {fact.id for fact, done in zip(facts, outcomes, strict=True) if done}
            cleared = [key for key, of_one in written if all(fact.id in told for fact in of_one)]
            if cleared and told:
                await self._told.update_many(
                    {"_id": {"$in": cleared}}, {"$pull": {"outbox": {"id": {"$in": list(told)}}}}
                )
        except PyMongoError as error:
            log.get().warning("outbox.not_cleared", kind=type(error).__name__)

    async def tell_soon(self, documents: Iterable[tuple[Any, Sequence[Fact]]]) -> None:
        """As `tell`, behind the caller's back."""
        self._tasks.brief(f"tell.{self._collection.name}", self.tell(list(documents)))

    async def tell_pending(self, documents: Sequence[Document]) -> None:
        """Tells what documents (with `outbox`) still carry; returns when the stream has it."""
        pending = [(d["_id"], [_fact(entry) for entry in d["outbox"]]) for d in documents if d.get("outbox")]
        if pending:
            await self.tell(pending)

    async def _publish(self, fact: Fact) -> bool:
        async with self._window:
            try:
                await self._bus.tell(fact)
            except (nats.errors.Error, TimeoutError) as error:
                log.get().warning("outbox.not_told", type=fact.type, id=fact.id, kind=type(error).__name__)
                return False
            return True

    async def _sweep(self) -> None:
        majority = self._collection.with_options(read_concern=MAJORITY)
        while True:
            await asyncio.sleep(SWEEP_S)
            if not self._bus.is_connected:
                continue
            before = rfc3339(self._clock.now() - SWEEP_AGE)
            try:
                found = await majority.find({"outbox.at": {"$gt": "", "$lt": before}}).limit(SWEEP_MAX).to_list()
                if found:
                    log.get().info("outbox.swept", collection=self._collection.name, documents=len(found))
                    if self._prepare is not None:
                        await self._prepare(found)
                    await self.tell_pending(found)
            except PyMongoError as error:
                log.get().warning("outbox.not_swept", kind=type(error).__name__)


def _fact(entry: Document) -> Fact:
    return Fact(entry["id"], entry["subject"], entry["type"], entry["at"], bytes(entry["data"]))
