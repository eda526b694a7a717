"""Reading the stream for those who were away for longer than the memory goes back, with a real NATS."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chassis.bus import Bus, fact
from chassis.settings import Settings
from contracts.messenger import MESSAGE_SENT, MessageSent
from deploy.local.servers import nats, running
from services.gateway.rooms import past as room
from services.gateway.rooms.feed import Feed
from services.gateway.rooms.memory import EVENT_BYTES, Memory
from services.gateway.rooms.past import Past
from services.gateway.rooms.unread import UnreadTeller
from tests.kit.waiting import eventually
from tests.unit.gateway.stream import AT, message

SAID = 40
PLENTY = 10**9


@pytest.fixture
async def bus(tmp_path: Path) -> AsyncIterator[Bus]:
    """Of a gateway, after so much has been said."""
    hub = nats(tmp_path)
    async with running(hub):

        async def connect(part: str) -> Bus:
            settings = Settings(instance=part, nats_url=hub.url, nats_user=part, nats_password=hub.passwords[part])
            return await Bus.connect(settings, part)

        messenger, gateway = await connect("messenger"), await connect("gateway")
        for seq in range(1, SAID + 1):
            body = MessageSent(message=message(seq))
            await messenger.tell(fact(MESSAGE_SENT, body, "g_1", id=f"m_{seq}", at=AT))
        yield gateway
        for each in (messenger, gateway):
            await each.drain()


@pytest.fixture
async def feed(bus: Bus) -> Feed:
    """Of a gateway that started only now."""
    return Feed(bus.epoch, Memory(await bus.last_seq(), 100, 1e9), UnreadTeller())


async def test_all_who_come_together_share_one_read(bus: Bus, feed: Feed) -> None:
    past = Past(bus, feed, 1_000, PLENTY)
    async with past.since(30) as one, past.since(10) as other:
        assert len(other) >= SAID - 10
        assert one.start <= 30
    found = await asyncio.gather(*(_seen(past, seq) for seq in (10, 20, 30)))
    assert len(set(map(id, found))) == 1


async def _seen(past: Past, seq: int) -> Memory:
    async with past.since(seq) as memory:
        await asyncio.sleep(0)
        return memory


async def test_more_than_can_be_held_is_no_past_at_all(bus: Bus, feed: Feed) -> None:
    """Whoever is within it is served, though another of the same read is not."""
    past = Past(bus, feed, 1_000, 30 * EVENT_BYTES)

    async def asked(seq: int) -> bool:
        try:
            async with past.since(seq) as memory:
                assert memory.start <= seq
                return True
        except LookupError:
            return False

    assert tuple(await asyncio.gather(asked(1), asked(SAID - 3))) == (False, True)


async def test_the_past_ends_where_the_feed_is(bus: Bus) -> None:
    """What comes after is the feed's to tell: told from here, too, it would be told twice."""
    feed = Feed(bus.epoch, Memory(SAID - 10, 100, 1e9), UnreadTeller())
    async with Past(bus, feed, 1_000, PLENTY).since(10) as memory:
        assert memory.end == SAID - 10
        assert [said.seq for said in memory.since(SAID - 15, ["g_1"])] == list(range(SAID - 14, SAID - 9))


async def test_so_many_are_held_at_a_time_and_who_waits_shares_the_next(
    bus: Bus, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    past = Past(bus, feed, 1_000, PLENTY)
    async with past.since(10):
        async with past.since(10):
            waiting = [asyncio.create_task(_seen(past, seq)) for seq in (10, 20, 30)]
            await eventually(lambda: past._reading.locked())
            assert not any(one.done() for one in waiting)
        found = await asyncio.gather(*waiting)
        assert len(set(map(id, found))) == 1
        monkeypatch.setattr(room, "READ_S", 0.3)
        async with past.since(10):
            with pytest.raises(TimeoutError):
                async with past.since(10):
                    pass
    async with past.since(10), past.since(10):
        pass  # nothing is held any more
