"""A person with two devices marks as unread, mutes and pins: both devices know, nobody else is bothered, and whoever was away
is told on return."""

from collections.abc import Iterator

import pytest

from tests.kit.history import Body
from tests.kit.over_http import over_http
from tests.kit.person import Person
from tests.kit.refusal import Refused
from tests.kit.told import messages_told, told_of, unread_told, until_message, until_told, until_unread
from tests.stories.conftest import Enter, Running


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("marked"), GATEWAYS="2")
    yield running
    running.stop()


async def two_devices(enter: Enter, login: str) -> tuple[Person, Person]:
    """At different gateways."""
    desk, phone = await enter(login), await enter(login)
    await phone.leave()
    phone.move_on()
    await phone.connect()
    return desk, phone


async def said_and_read(sender: Person, reader: Person, count: int = 3) -> Body:
    """The last of so many messages, all of them read."""
    sent = [await sender.send(to={"user_id": reader.user_id}, text=f"number {number}") for number in range(count)]
    await until_message(reader, sent[-1])
    await reader.ask("conversation.read", conversation_id=sent[-1]["conversation_id"], seq=sent[-1]["seq"])
    return sent[-1]


async def test_what_is_marked_at_one_device_is_unread_at_both(enter: Enter) -> None:
    marco = await enter("marco")
    desk, phone = await two_devices(enter, "elena")
    last = await said_and_read(marco, desk)
    key, seq = last["conversation_id"], last["seq"]
    for device in (desk, phone):
        await until_unread(device, key, 0)
    answer = await desk.ask("conversation.mark_unread", conversation_id=key, seq=seq - 1)
    assert (answer["read_seq"], answer["unread"]) == (seq - 2, 2)
    for device in (desk, phone):
        await until_unread(device, key, 2)
    again = await over_http(phone, "conversation.mark_unread", conversation_id=key, seq=seq)
    assert again["unread"] == 2  # it is further back already
    shown = (await marco.ask("conversation.get", conversation_id=key))["conversation"]
    assert {"user_id": desk.user_id, "read_seq": seq - 2} in shown["readers"]
    await phone.send(to={"user_id": marco.user_id}, text="now I have read it")
    for device in (desk, phone):
        await until_unread(device, key, 0)


async def test_a_mark_outlives_an_absence(enter: Enter) -> None:
    """Also the marker of somebody who wrote the newest message, which comes again on return."""
    marco = await enter("marco")
    desk, phone = await two_devices(enter, "jonas")
    last = await said_and_read(marco, desk, 2)
    key = last["conversation_id"]
    await phone.leave()
    own = await desk.send(to={"user_id": marco.user_id}, text="I shall look at that")
    await desk.ask("conversation.mark_unread", conversation_id=key, seq=last["seq"])
    await until_unread(desk, key, 2)
    await phone.connect()
    assert phone.pushes("ready")[-1]["recovered"] is True
    assert own in messages_told(phone, key)
    await until_unread(phone, key, 2)
    afresh = await enter("jonas")
    unread = afresh.pushes("ready")[-1]["snapshot"]["unread"]["conversations"]
    assert [each["unread"] for each in unread if each["conversation_id"] == key] == [2]


async def test_mute_and_pin_are_told_to_the_other_device_and_nobody_else(enter: Enter) -> None:
    marco = await enter("marco")
    desk, phone = await two_devices(enter, "elena")
    key = (await said_and_read(marco, desk, 1))["conversation_id"]
    shown = (await desk.ask("conversation.update", conversation_id=key, muted=True, pinned=True))["conversation"]
    assert (shown["muted"], shown["pinned"]) == (True, True)
    for device in (desk, phone):
        told = await until_told(device, key, "conversation.updated")
        assert (told["muted"], told["pinned"]) == (True, True)
    await phone.leave()
    await over_http(desk, "conversation.update", conversation_id=key, muted=False)
    await until_told(desk, key, "conversation.updated")
    await phone.connect()
    told = await until_told(phone, key, "conversation.updated")
    assert (told["muted"], told["pinned"]) == (False, True)
    marcos = await marco.send(to={"user_id": desk.user_id}, text="do you hear me?")
    await until_message(marco, marcos)
    assert "conversation.updated" not in [name for name, _ in told_of(marco, key)]
    afresh = await enter("elena")
    flags = {each["conversation_id"]: each for each in afresh.pushes("ready")[-1]["snapshot"]["conversations"]}
    assert flags[key].get("pinned") is True
    assert "muted" not in flags[key]
    listed = (await desk.ask("conversation.list", limit=1))["conversations"][0]
    assert (listed["conversation_id"], listed["pinned"], unread_told(desk, key)) == (key, True, 1)


async def test_a_conversation_of_others_is_nobody_elses_to_mark_or_mute(enter: Enter) -> None:
    sofia, elena, marco = await enter("sofia"), await enter("elena"), await enter("marco")
    key = (await sofia.send(to={"user_id": elena.user_id}, text="between us"))["conversation_id"]
    asks: list[tuple[str, Body]] = [("conversation.mark_unread", {"seq": 1}), ("conversation.update", {"muted": True})]
    for name, fields in asks:
        for ask in (marco.ask, lambda name, **f: over_http(marco, name, **f)):
            with pytest.raises(Refused) as refused:
                await ask(name, conversation_id=key, **fields)
            assert refused.value.code == "not_found"
