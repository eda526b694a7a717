"""What the bus promises over what its library does by itself."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chassis.bus import Asker, Bus, Fact, Told, asking, deadline, fact, stream
from chassis.bus import bus as bus_module
from chassis.bus.bus import FeedBroken
from chassis.settings import Settings
from contracts.auth import Keys
from contracts.everything import ASKS
from contracts.messenger import MESSAGE_SENT, CreateGroup, DeleteGroup, Feeds, LoadFeeds, MessageSent
from contracts.refusals import Refused
from contracts.table import Nothing
from contracts.things import Message
from deploy.local.servers import Server, nats, running
from tests.kit.waiting import eventually

CREATE = ASKS["group.create"]
REQUEST = CreateGroup(name="Floor", member_ids=[])
AT = "2026-01-05T08:30:00.000Z"


def said(number: int) -> Fact:
    message = Message(
        conversation_id="g_1",
        seq=number,
        message_id=f"m_{number}",
        client_message_id=str(number),
        sender_id="u_ada",
        text="hi",
        sent_at=AT,
    )
    return fact(MESSAGE_SENT, MessageSent(message=message), "g_1", id=f"m_{number}", at=AT)


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Server]:
    server = nats(tmp_path)
    async with running(server):
        yield server


async def connect(hub: Server, part: str) -> Bus:
    settings = Settings(instance=part, nats_url=hub.url, nats_user=part, nats_password=hub.passwords[part])
    return await Bus.connect(settings, part)


async def test_a_replica_that_leaves_answers_all_it_was_given(hub: Server) -> None:
    """The library's own micro service unsubscribes on stop and drops what waits in its queues."""
    staying, leaving, asking = [await connect(hub, part) for part in ("messenger", "messenger", "gateway")]
    ask = ASKS["group.delete"]
    answered = {"staying": 0, "leaving": 0}

    def slowly(who: str) -> Any:
        async def handle(_: Asker, __: DeleteGroup) -> Nothing:
            await asyncio.sleep(0.01)
            answered[who] += 1
            return Nothing()

        return handle

    await staying.answer({ask.name: slowly("staying")})
    await leaving.answer({ask.name: slowly("leaving")})
    request = DeleteGroup(conversation_id="g_1")
    asks = [asyncio.create_task(asking.ask(ask, request)) for _ in range(400)]
    while not answered["leaving"]:
        await asyncio.sleep(0)
    await leaving.drain()
    await asyncio.gather(*asks)
    assert sum(answered.values()) == 400
    for bus in (staying, asking):
        await bus.drain()


async def test_an_unexpected_error_tells_nothing(hub: Server) -> None:
    messenger, gateway = await connect(hub, "messenger"), await connect(hub, "gateway")

    async def fail(_: Asker, __: CreateGroup) -> Nothing:
        raise RuntimeError("the secret inside")

    await messenger.answer({CREATE.name: fail})
    with pytest.raises(Refused) as refused:
        await gateway.ask(CREATE, REQUEST)
    assert refused.value.code == "internal"
    assert "secret" not in refused.value.refusal.message
    for bus in (messenger, gateway):
        await bus.drain()


async def test_nobody_there_is_unavailable(hub: Server) -> None:
    gateway = await connect(hub, "gateway")
    with pytest.raises(Refused) as refused:
        await gateway.ask(CREATE, REQUEST, timeout_s=0.3)
    assert refused.value.code == "unavailable"
    await gateway.drain()


async def test_an_ask_that_is_waited_for_no_more_is_left_undone(hub: Server) -> None:
    """A replica that was held up would else do now what another has done since, and undo what came after it."""
    messenger, gateway = await connect(hub, "messenger"), await connect(hub, "gateway")
    created: list[CreateGroup] = []

    async def create(_: Asker, request: CreateGroup) -> Nothing:
        created.append(request)
        return Nothing()

    await messenger.answer({CREATE.name: create})
    late = {deadline.HEADER: deadline.after(-0.1)}
    said = await gateway._nc.request(CREATE.subject, msgspec.json.encode(REQUEST), timeout=2.0, headers=late)
    assert said.headers is not None
    assert said.headers[asking.ERROR_CODE] == asking.LATE
    assert created == []
    await gateway._nc.request(CREATE.subject, msgspec.json.encode(REQUEST), timeout=2.0)
    assert created == [REQUEST]
    for bus in (messenger, gateway):
        await bus.drain()


async def test_what_one_replica_does_not_answer_another_does(hub: Server) -> None:
    """The queue group goes on choosing the one that hangs: only the retry knows better."""
    living, hanging, gateway = [await connect(hub, part) for part in ("messenger", "messenger", "gateway")]

    async def answer(_: Asker, __: LoadFeeds) -> Feeds:
        return Feeds(feeds=[], rest=[])

    async def hear_nothing(*_: Any) -> None: ...

    for replica in (living, hanging):
        await replica.answer({"feed.load": answer})
    hanging._nc._process_msg = hear_nothing  # type: ignore[assignment,method-assign]
    asks = [gateway.ask(ASKS["feed.load"], LoadFeeds(user_ids=[]), timeout_s=1.5) for _ in range(40)]
    assert len(await asyncio.gather(*asks)) == 40
    for bus in (living, gateway):
        await bus.drain()
    await hanging._nc.close()


async def test_a_slow_answer_is_heard_and_a_quicker_one_too(hub: Server) -> None:
    """Who asks again still listens for the first answer: what takes a second would else never be answered."""
    one, other, gateway = [await connect(hub, part) for part in ("messenger", "messenger", "gateway")]
    begun: list[float] = []

    async def slowly(_: Asker, __: LoadFeeds) -> Feeds:
        begun.append(asyncio.get_running_loop().time())
        await asyncio.sleep(1.2)
        return Feeds(feeds=[], rest=[])

    for replica in (one, other):
        await replica.answer({"feed.load": slowly})
    await gateway.ask(ASKS["feed.load"], LoadFeeds(user_ids=[]))
    assert len(begun) == 2
    assert asyncio.get_running_loop().time() - begun[0] < 1.9
    for bus in (one, other, gateway):
        await bus.drain()


async def test_a_start_that_fails_leaves_no_connection(hub: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    clients: list[Any] = []

    async def fail(js: Any, _: Settings) -> str:
        clients.append(js._nc)
        raise RuntimeError("no stream yet")

    monkeypatch.setattr(stream, "ensure", fail)
    with pytest.raises(RuntimeError):
        await connect(hub, "messenger")
    assert clients[0].is_closed


async def test_a_reader_misses_nothing_while_nats_restarts(hub: Server) -> None:
    messenger, gateway = await connect(hub, "messenger"), await connect(hub, "gateway")
    heard: list[Told] = []
    await gateway.read(heard.append)

    for number in range(1, 51):
        await messenger.tell(said(number))
    hub.kill()
    await hub.until_ended()
    await hub.start()
    await eventually(lambda: messenger.is_connected, 20)
    for number in range(51, 101):
        await messenger.tell(said(number))
    await messenger.tell(said(100))  # the same id again
    await eventually(lambda: len(heard) >= 100, 20)
    assert [told.id for told in heard] == [f"m_{number}" for number in range(1, 101)]
    for bus in (messenger, gateway):
        await bus.drain()


async def test_a_part_may_not_say_what_is_anothers(hub: Server) -> None:
    gateway = await connect(hub, "gateway")
    with pytest.raises(Exception, match=r"(?i)timeout|permissions|no response|nats"):
        await gateway.tell(said(1))
    assert await gateway.last_seq() == 0
    await gateway.drain()


async def test_a_reader_that_hears_no_more_ends_the_process(hub: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its consumer may be lost in a way that the library does not notice: nobody would be told anything, for ever."""
    monkeypatch.setattr(bus_module, "WATCH_S", 0.05)
    messenger, gateway = await connect(hub, "messenger"), await connect(hub, "gateway")
    reader = await gateway.read(lambda told: None)
    watch = asyncio.create_task(gateway.watch_stream())
    await messenger.tell(said(1))
    await eventually(lambda: reader.position == 1)
    await asyncio.wait([watch], timeout=0.5)
    assert not watch.done()
    await reader._subscription.unsubscribe()
    await messenger.tell(said(2))
    with pytest.raises(FeedBroken):
        async with asyncio.timeout(20):
            await watch
    for bus in (messenger, gateway):
        await bus.drain()


async def test_what_nats_was_made_to_send_is_no_ask(hub: Server) -> None:
    """Whoever may read the stream says where NATS sends what is read: sent to an ask, it was done."""
    auth, messenger, watcher = [await connect(hub, part) for part in ("auth", "messenger", "watcher")]
    done: list[Any] = []

    async def handle(_: Asker, request: Any) -> Any:
        done.append(request)
        return Keys(keys=[])

    ask = ASKS["keys.rotate"]
    await auth.answer({ask.name: handle})
    await messenger.tell(said(1))
    nc = watcher.js._nc
    for request in (b'{"seq":1}', b'{"last_by_subj":"parley.event.messenger.message.sent.g_1"}'):
        await nc.publish("$JS.API.DIRECT.GET.PARLEY", request, reply=ask.subject)
    await nc.publish("$JS.API.STREAM.INFO.PARLEY", b"", reply=ask.subject)
    await nc.flush()
    operator = await connect(hub, "operator")
    await operator.ask(ask, Nothing())  # what was sent before is there before
    assert len(done) == 1
    for bus in (auth, messenger, watcher, operator):
        await bus.drain()
