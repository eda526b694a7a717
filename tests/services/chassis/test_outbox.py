"""What a change has to tell is told: in order, once, and whatever else cannot be."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chassis.bus import Bus, Fact, Told, fact
from chassis.clock import SystemClock, rfc3339
from chassis.outbox import Outbox, entries
from chassis.settings import Settings
from chassis.stores import MongoSettings, mongo
from chassis.tasks import Tasks
from contracts.messenger import CONVERSATION_READ, ConversationRead
from deploy.local import servers
from tests.kit.servers import thrown_away
from tests.kit.waiting import eventually


class House:
    def __init__(self, bus: Bus, collection: Any, tasks: Tasks) -> None:
        self.outbox = Outbox(bus, collection, tasks)
        self.bus = bus
        self.collection = collection
        self.heard: list[Told] = []

    def ids(self) -> list[str]:
        return [told.id for told in self.heard]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    hub, store = servers.nats(tmp_path), servers.mongo(tmp_path)
    async with thrown_away(hub, store):
        common: dict[str, Any] = {"nats_url": hub.url, "nats_user": "messenger", "instance": "messenger-1"}
        bus = await Bus.connect(Settings(**common, nats_password=hub.passwords["messenger"]), "messenger")
        reading = await Bus.connect(
            Settings(**{**common, "nats_user": "gateway"}, nats_password=hub.passwords["gateway"]), "gateway"
        )
        database = mongo(MongoSettings(**common, nats_password="", mongo_url=store.url))
        tasks = Tasks()
        house = House(bus, database["things"], tasks)
        await reading.read(house.heard.append)
        yield house
        await tasks.drain(1.0)
        for one in (bus, reading):
            await one.drain()
        await database.client.close()


def read(number: int, *, at: datetime | None = None, user: str = "ada") -> Fact:
    when = rfc3339(at or SystemClock().now())
    body = ConversationRead(conversation_id="g_1", user_id=user, seq=number, readers_told=True, at=when)
    return fact(CONVERSATION_READ, body, "g_1", user, id=f"r_{number}", at=when)


async def test_a_document_is_told_in_the_order_of_its_changes(house: House) -> None:
    facts = [read(number) for number in range(1, 31)]
    await house.collection.insert_one({"_id": 1, "outbox": entries(facts)})
    await house.outbox.tell_pending([await house.collection.find_one({"_id": 1})])
    await eventually(lambda: len(house.heard) == 30)
    assert house.ids() == [one.id for one in facts]
    assert (await house.collection.find_one({"_id": 1}))["outbox"] == []


async def test_what_was_told_long_ago_is_not_told_again(house: House) -> None:
    """After the stream's duplicate window only the stream itself knows."""
    long_ago = SystemClock().now() - timedelta(hours=1)
    old = read(1, at=long_ago)
    headers = {**old.headers(), "Nats-Msg-Id": old.id}
    await house.bus.js.publish(old.subject, old.data, headers=headers)
    await house.bus.js.publish(old.subject, old.data, headers={**headers, "Nats-Msg-Id": "r_0"})
    await eventually(lambda: len(house.heard) == 2)
    assert not await house.bus.was_told_last(old)
    assert await house.bus.was_told_last(msgspec.structs.replace(old, id="r_0"))
    again = msgspec.structs.replace(old, id="r_0")
    house.bus.tell = None  # type: ignore[assignment,method-assign]  # to be told again would fail
    await house.collection.insert_one({"_id": 1, "outbox": entries([again])})
    await house.outbox.tell_pending([await house.collection.find_one({"_id": 1})])
    assert (await house.collection.find_one({"_id": 1}))["outbox"] == []


async def test_what_the_stream_refuses_holds_up_nobody_else(house: House) -> None:
    before = datetime.now(UTC) - timedelta(seconds=5)
    huge = msgspec.structs.replace(read(1, at=before), data=b"x" * 5_000_000)
    await house.collection.insert_many(
        [{"_id": number, "outbox": entries([msgspec.structs.replace(huge, id=f"h_{number}")])} for number in range(3)]
    )
    await house.collection.insert_one({"_id": 9, "outbox": entries([read(2)])})
    await house.outbox.start()
    await eventually(lambda: house.ids() == ["r_2"])
