"""What changes about a group is one message in it: for everyone who is there, for who comes, and for who goes."""

from typing import Any

import pytest

from tests.kit.history import Body
from tests.kit.over_http import over_http
from tests.kit.person import Person
from tests.kit.told import messages_told, told_of, until_message, until_told, until_unread
from tests.stories.conftest import Enter


async def group_of(owner: Person, *others: Person, **more: Any) -> str:
    form = {"name": "Day", "member_ids": [one.user_id for one in others], "writing_enabled": True, **more}
    key: str = (await owner.ask("group.create", **form))["conversation"]["conversation_id"]
    return key


async def change(owner: Person, key: str, **fields: Any) -> Body:
    """The message that says it."""
    await owner.ask("group.update", conversation_id=key, **fields)
    message: Body = (await owner.ask("message.list", conversation_id=key, limit=1))["messages"][-1]
    await until_message(owner, message)
    return message


async def seen(person: Person, key: str) -> Body:
    conversation: Body = (await person.ask("conversation.get", conversation_id=key))["conversation"]
    return conversation


async def history_of(person: Person, key: str) -> list[Body]:
    messages: list[Body] = (await over_http(person, "message.list", conversation_id=key))["messages"]
    return messages


async def test_each_change_is_one_message(enter: Enter) -> None:
    sofia, marco, elena, jonas = [await enter(login) for login in ("sofia", "marco", "elena", "jonas")]
    key = await group_of(sofia, marco, elena)
    changes: list[tuple[Body, Body, str]] = [
        ({"name": "Night"}, {"name": "Night"}, 'The group is now called "Night".'),
        (
            {"member_ids": [marco.user_id, elena.user_id, jonas.user_id]},
            {"added": [jonas.user_id], "added_count": 1},
            "1 person was added.",
        ),
        (
            {"member_ids": [marco.user_id, elena.user_id]},
            {"removed": [jonas.user_id], "removed_count": 1},
            "1 person was removed.",
        ),
        (
            {"writing_enabled": False},
            {"writing_enabled": False},
            "Only the owner and administrators may write here now.",
        ),
        ({"writing_enabled": True}, {"writing_enabled": True}, "Everyone may write here now."),
        ({"history": "everything"}, {"history": "everything"}, "Whoever is added from now on sees everything."),
        (
            {"name": "Dawn", "history": "joined"},
            {"name": "Dawn", "history": "joined"},
            'The group is now called "Dawn". Whoever is added from now on sees what comes from then on.',
        ),
    ]
    said = []
    for number, (fields, told, text) in enumerate(changes, start=1):
        message = await change(sofia, key, **fields)
        assert (message["seq"], message["sender_id"], message["change"]) == (number, sofia.user_id, told)
        assert message["text"] == text
        assert await change(sofia, key, **fields) == message, "what is so already is no change"
        said.append(message)
    for person in (sofia, marco, elena):
        await until_message(person, said[-1])
        assert messages_told(person, key) == await history_of(person, key) == said
        await until_told(person, key, "group.updated")
        updates = [body["conversation"]["version"] for name, body in told_of(person, key) if name == "group.updated"]
        assert updates == list(range(2, len(changes) + 2))
    conversation = await seen(marco, key)
    assert (conversation["name"], conversation["unread"], conversation["last_message"]) == ("Dawn", 7, said[-1])
    assert "history" not in conversation
    assert (await seen(sofia, key))["unread"] == 0
    unread = [await marco.send(to={"conversation_id": key}, text="Sofia does not look") for _ in range(3)]
    await change(sofia, key, name="Noon")
    assert (await seen(sofia, key))["unread"] == len(unread) + 1
    await until_unread(sofia, key, len(unread) + 1)


@pytest.mark.parametrize("shows", ["joined", "everything"])
async def test_whoever_is_added_sees_that_and_what_the_group_shows(enter: Enter, shows: str) -> None:
    sofia, marco, jonas = await enter("sofia"), await enter("marco"), await enter("jonas")
    key = await group_of(sofia, marco, history=shows)
    before = [await marco.send(to={"conversation_id": key}, text=f"before {number}") for number in range(3)]
    joined = await change(sofia, key, member_ids=[marco.user_id, jonas.user_id])
    assert joined["change"] == {"added": [jonas.user_id], "added_count": 1}
    await until_told(jonas, key, "group.updated")
    assert [name for name, _ in told_of(jonas, key)] == ["group.created", "group.updated"]
    created = told_of(jonas, key)[0][1]["conversation"]
    assert (created["last_seq"], created["last_message"]) == (joined["seq"], joined)
    assert await history_of(jonas, key) == ([joined] if shows == "joined" else [*before, joined])
    conversation = await seen(jonas, key)
    assert (conversation["unread"], conversation["read_seq"], conversation["last_message"]) == (
        0,
        joined["seq"],
        joined,
    )
    assert messages_told(jonas, key) == []
    newcomer = await enter("jonas")
    shown = {one["conversation_id"]: one for one in newcomer.pushes("ready")[-1]["snapshot"]["conversations"]}
    assert (shown[key]["unread"], shown[key]["last_message"]) == (0, joined)
    after = await marco.send(to={"conversation_id": key}, text="after")
    for device in (jonas, newcomer):
        await until_message(device, after)
        assert messages_told(device, key) == [after]
    assert (await seen(jonas, key))["unread"] == 1


async def test_whoever_is_removed_is_told_at_once_and_nothing_after(enter: Enter) -> None:
    sofia, marco, desk = await enter("sofia"), await enter("marco"), await enter("elena")
    phone = await enter("elena", same_session_as=desk)
    key = await group_of(sofia, marco, desk)
    removed = await change(sofia, key, member_ids=[marco.user_id])
    assert removed["change"] == {"removed": [desk.user_id], "removed_count": 1}
    for device in (desk, phone):
        assert (await until_told(device, key, "group.deleted"))["reason"] == "removed"
        assert [name for name, _ in told_of(device, key)] == ["group.created", "message.sent", "group.deleted"]
        assert messages_told(device, key) == [removed]
    await marco.send(to={"conversation_id": key}, text="behind her back")
    renamed = await change(sofia, key, name="Without her")
    await until_message(marco, renamed)
    hello = await marco.send(to={"user_id": desk.user_id}, text="are you still here?")
    for device in (desk, phone):
        await until_message(device, hello)
        assert len(told_of(device, key)) == 3


async def test_whoever_was_away_meanwhile_is_told_the_same(enter: Enter) -> None:
    sofia, marco, elena, jonas = [await enter(login) for login in ("sofia", "marco", "elena", "jonas")]
    key = await group_of(sofia, marco, elena)
    for person in (marco, elena):
        await until_told(person, key, "group.created")
    for person in (marco, elena, jonas):
        await person.leave()
    said = [
        await change(sofia, key, name="Night"),
        await change(sofia, key, member_ids=[marco.user_id, jonas.user_id], writing_enabled=False),
    ]
    said.append(await sofia.send(to={"conversation_id": key}, text="goes on"))
    said.append(await change(sofia, key, history="everything"))
    await until_told(sofia, key, "group.updated")
    for person in (marco, elena, jonas):
        await person.connect()
        assert person.pushes("ready")[-1]["recovered"] is True
    hers = [each for each in told_of(sofia, key) if each[0] != "conversation.read"]  # of her own changes
    assert told_of(marco, key)[1:] == hers[1:]
    assert messages_told(marco, key) == said
    assert (await seen(marco, key))["unread"] == len(said)
    assert [name for name, _ in told_of(elena, key)] == ["group.created", "group.deleted"]
    assert elena.pushes("group.deleted")[-1]["reason"] == "removed"
    assert told_of(jonas, key)[0][0] == "group.created"
    assert messages_told(jonas, key) == said[2:]
    assert await history_of(jonas, key) == said[1:]
    assert (await seen(jonas, key))["unread"] == 2
