"""What is sent is sent in order to each addressee, once there is an answer, and what is left at the end is named."""

import asyncio

import pytest

from parley_client import Closed, OutboxFull, Refused
from parley_client.contract.types import Message, SendMessage, To
from parley_client.outbox import Outbox


def request(key: str, conversation_id: str = "g_1") -> SendMessage:
    return SendMessage(to=To(conversation_id=conversation_id), client_message_id=key, text=key)


def as_sent(one: SendMessage, seq: int = 1) -> Message:
    return Message(
        conversation_id=one.to.conversation_id or "",
        seq=seq,
        message_id="m",
        client_message_id=one.client_message_id,
        sender_id="u",
        text=one.text,
        sent_at="2026-01-05T08:30:00.000Z",
    )


class Server:
    """Answers once it is let."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.may_answer = asyncio.Event()

    async def send(self, one: SendMessage) -> Message:
        self.asked.append(one.client_message_id)
        await self.may_answer.wait()
        if one.text == "bad":
            raise Refused("invalid", "Not so.")
        return as_sent(one)


async def test_one_addressee_hears_in_order_and_another_does_not_wait() -> None:
    server = Server()
    outbox = Outbox(server.send)
    sent = [outbox.put(request(key, to)) for key, to in (("1", "g_1"), ("2", "g_1"), ("3", "g_2"))]
    await asyncio.sleep(0)
    assert server.asked == ["1", "3"]
    assert [one.client_message_id for one in outbox.waiting] == ["1", "2", "3"]
    server.may_answer.set()
    assert [message.text for message in await asyncio.gather(*sent)] == ["1", "2", "3"]
    assert server.asked == ["1", "3", "2"]
    assert outbox.waiting == []


async def test_what_is_refused_for_good_holds_up_nobody() -> None:
    server = Server()
    server.may_answer.set()
    outbox = Outbox(server.send)
    bad, good = outbox.put(request("bad")), outbox.put(request("good"))
    with pytest.raises(Refused, match="invalid"):
        await bad
    assert (await good).text == "good"


async def test_what_is_cancelled_before_its_turn_is_not_sent() -> None:
    server = Server()
    outbox = Outbox(server.send)
    first, second = outbox.put(request("1")), outbox.put(request("2"))
    await asyncio.sleep(0)
    second.cancel()
    server.may_answer.set()
    await first
    await outbox.close(1.0)
    assert server.asked == ["1"]


async def test_there_is_an_end_to_what_may_wait() -> None:
    outbox = Outbox(Server().send, most=2)
    outbox.put(request("1"))
    outbox.put(request("2"))
    with pytest.raises(OutboxFull):
        outbox.put(request("3"))
    await outbox.close(0.0)


async def test_what_could_not_be_sent_is_given_back_at_the_end() -> None:
    outbox = Outbox(Server().send)
    sent = [outbox.put(request(key)) for key in ("1", "2")]
    assert [one.client_message_id for one in await outbox.close(0.01)] == ["1", "2"]
    for each in sent:
        with pytest.raises(Closed):
            await each
