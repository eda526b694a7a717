"""Read markers: sending and reading move them forward, joining sets them, and the total is the sum of what is left."""

import pytest

from tests.kit.history import Body
from tests.kit.over_http import over_http
from tests.kit.person import Person
from tests.kit.refusal import Refused
from tests.kit.told import messages_told, unread_told, until_message, until_told
from tests.stories.conftest import Enter


async def _said(sender: Person, reader: Person, texts: int) -> Body:
    """The last of them, once the reader was told of it."""
    sent = [await sender.send(to={"user_id": reader.user_id}, text=f"number {number}") for number in range(texts)]
    await until_message(reader, sent[-1])
    return sent[-1]


async def _read_all(person: Person) -> None:
    for each in (await person.ask("conversation.list", limit=200))["conversations"]:
        if each["unread"]:
            await person.ask("conversation.read", conversation_id=each["conversation_id"], seq=each["last_seq"])


async def test_the_total_is_the_sum(enter: Enter) -> None:
    elena, marco, jonas = await enter("elena"), await enter("marco"), await enter("jonas")
    await _read_all(elena)
    one, other = await _said(marco, elena, 3), await _said(jonas, elena, 2)
    await elena.eventually(lambda: elena.pushes("unread")[-1]["total"] == 5)
    assert unread_told(elena, one["conversation_id"]) == 3
    assert unread_told(elena, other["conversation_id"]) == 2
    await elena.ask("conversation.read", conversation_id=one["conversation_id"], seq=one["seq"])
    await elena.eventually(lambda: elena.pushes("unread")[-1]["total"] == 2)


async def test_a_marker_goes_forward_only(enter: Enter) -> None:
    elena, marco = await enter("elena"), await enter("marco")
    last = await _said(marco, elena, 3)
    key, seq = last["conversation_id"], last["seq"]
    half = await elena.ask("conversation.read", conversation_id=key, seq=seq - 1)
    assert (half["read_seq"], half["unread"]) == (seq - 1, 1)
    back = await elena.ask("conversation.read", conversation_id=key, seq=1)
    assert (back["read_seq"], back["unread"]) == (seq - 1, 1)
    beyond = await over_http(elena, "conversation.read", conversation_id=key, seq=seq + 1000)
    assert (beyond["read_seq"], beyond["unread"]) == (seq, 0)


async def test_sending_is_having_read(enter: Enter) -> None:
    elena, marco = await enter("elena"), await enter("marco")
    last = await _said(marco, elena, 2)
    key = last["conversation_id"]
    await elena.eventually(lambda: unread_told(elena, key))
    answer = await elena.send(to={"user_id": marco.user_id}, text="I have read that")
    await elena.eventually(lambda: unread_told(elena, key) == 0)
    fresh = (await elena.ask("conversation.get", conversation_id=key))["conversation"]
    assert (fresh["read_seq"], fresh["unread"]) == (answer["seq"], 0)


async def test_who_joins_has_nothing_unread(enter: Enter) -> None:
    sofia, elena, marco = await enter("sofia"), await enter("elena"), await enter("marco")
    group = (await sofia.ask("group.create", name="Old", member_ids=[elena.user_id]))["conversation"]
    key = group["conversation_id"]
    for number in range(5):
        await sofia.send(to={"conversation_id": key}, text=f"before {number}")
    await sofia.ask("group.update", conversation_id=key, member_ids=[elena.user_id, marco.user_id])
    await marco.eventually(lambda: [p for p in marco.pushes("group.created") if p["conversation"]["name"] == "Old"])
    fresh = (await marco.ask("conversation.get", conversation_id=key))["conversation"]
    assert (fresh["unread"], fresh["last_seq"], fresh["read_seq"]) == (0, 6, 6)
    assert fresh["last_message"]["change"]["added"] == [marco.user_id]
    assert (await marco.ask("message.list", conversation_id=key))["messages"] == [fresh["last_message"]]
    after = await sofia.send(to={"conversation_id": key}, text="after")
    await marco.eventually(lambda: messages_told(marco, key) == [after])
    await marco.eventually(lambda: unread_told(marco, key) == 1)
    await elena.eventually(lambda: unread_told(elena, key) == 7)


async def test_others_hear_how_far_someone_has_read(enter: Enter) -> None:
    sofia, elena, marco = await enter("sofia"), await enter("elena"), await enter("marco")
    members = [elena.user_id, marco.user_id]
    key = (await sofia.ask("group.create", name="Readers", member_ids=members))["conversation"]["conversation_id"]
    sent = await sofia.send(to={"conversation_id": key}, text="have you read this?")
    await elena.eventually(lambda: messages_told(elena, key))
    await elena.ask("conversation.read", conversation_id=key, seq=sent["seq"])
    for person in (sofia, marco, elena):
        read = await until_told(person, key, "conversation.read")
        assert (read["user_id"], read["seq"]) == (elena.user_id, 1)


async def test_a_conversation_of_others_cannot_be_read(enter: Enter) -> None:
    sofia, elena, marco = await enter("sofia"), await enter("elena"), await enter("marco")
    sent = await sofia.send(to={"user_id": elena.user_id}, text="between us")
    asks: list[tuple[str, Body]] = [("conversation.read", {"seq": 1}), ("conversation.get", {}), ("message.list", {})]
    for name, fields in asks:
        with pytest.raises(Refused) as refused:
            await marco.ask(name, conversation_id=sent["conversation_id"], **fields)
        assert refused.value.code == "not_found"
