"""What the bus promises over what its library does by itself."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from chassis.bus import Asker, Bus, Told, fact
from chassis.settings import Settings
from contracts.everything import ASKS
from contracts.messenger import MESSAGE_SENT, CreateGroup, DeleteGroup, MessageSent
from contracts.refusals import Refused
from contracts.table import Nothing
from contracts.things import Message
from deploy.local.servers import Server, nats, running

CREATE = ASKS["group.create"]
REQUEST = CreateGroup(name="Floor", member_ids=[])
AT = "2026-01-05T08:30:00.000Z"


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


async def test_a_reader_misses_nothing_while_nats_restarts(hub: Server) -> None:
    messenger, gateway = await connect(hub, "messenger"), await connect(hub, "gateway")
    heard: list[Told] = []
    await gateway.read(heard.append)

    def said(number: int) -> Any:
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

    for number in range(1, 51):
        await messenger.tell(said(number))
    hub.kill()
    await hub.until_ended()
    await hub.start()
    async with asyncio.timeout(20):
        while not messenger.is_connected:
            await asyncio.sleep(0.05)
        for number in range(51, 101):
            await messenger.tell(said(number))
        await messenger.tell(said(100))  # the same id again
        while len(heard) < 100:
            await asyncio.sleep(0.05)
    assert [told.id for told in heard] == [f"m_{number}" for number in range(1, 101)]
    for bus in (messenger, gateway):
        await bus.drain()


async def test_a_part_may_not_say_what_is_anothers(hub: Server) -> None:
    gateway = await connect(hub, "gateway")
    message = Message(
        conversation_id="g_1", seq=1, message_id="m_1", client_message_id="1", sender_id="u_ada", text="hi", sent_at=AT
    )
    with pytest.raises(Exception, match=r"(?i)timeout|permissions|no response|nats"):
        await gateway.tell(fact(MESSAGE_SENT, MessageSent(message=message), "g_1", id="m_1", at=AT))
    assert await gateway.last_seq() == 0
    await gateway.drain()
