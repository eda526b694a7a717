"""Whatever grows is read a page at a time: histories by seq, lists by cursor; the pages together are the whole."""

from collections.abc import AsyncIterator

import pytest

from tests.kit.history import Body
from tests.kit.over_http import over_http
from tests.kit.person import Person
from tests.kit.refusal import Refused
from tests.stories.conftest import Enter

MESSAGES = 45


@pytest.fixture
async def talk(enter: Enter) -> tuple[Person, str, list[Body]]:
    """Marco, a group, and all that was said there."""
    sofia, marco = await enter("sofia"), await enter("marco")
    group = (await sofia.ask("group.create", name="Talk", member_ids=[marco.user_id]))["conversation"]
    key = group["conversation_id"]
    return marco, key, [await sofia.send(to={"conversation_id": key}, text=f"word {n}") for n in range(MESSAGES)]


async def _pages(person: Person, key: str, by: str, limit: int) -> AsyncIterator[list[Body]]:
    place = 0 if by == "after_seq" else MESSAGES + 1
    while True:
        page = (await person.ask("message.list", conversation_id=key, limit=limit, **{by: place}))["messages"]
        if not page:
            return
        yield page
        place = page[-1 if by == "after_seq" else 0]["seq"]


@pytest.mark.parametrize("limit", [1, 7, MESSAGES, 200])
async def test_a_history_forwards_and_backwards(talk: tuple[Person, str, list[Body]], limit: int) -> None:
    marco, key, said = talk
    forwards = [page async for page in _pages(marco, key, "after_seq", limit)]
    assert [message for page in forwards for message in page] == said
    assert {len(page) for page in forwards[:-1]} <= {limit}
    backwards = [page async for page in _pages(marco, key, "before_seq", limit)]
    assert [message for page in reversed(backwards) for message in page] == said


async def test_the_ends_of_a_history(talk: tuple[Person, str, list[Body]]) -> None:
    marco, key, said = talk

    async def listed(**fields: int) -> list[Body]:
        over_socket = (await marco.ask("message.list", conversation_id=key, **fields))["messages"]
        assert (await over_http(marco, "message.list", conversation_id=key, **fields))["messages"] == over_socket
        messages: list[Body] = over_socket
        return messages

    assert await listed() == said
    assert await listed(limit=3) == said[-3:]
    assert await listed(before_seq=1) == await listed(after_seq=MESSAGES) == await listed(after_seq=10**6) == []
    assert await listed(before_seq=4) == said[:3]
    assert await listed(before_seq=10**6, limit=2) == said[-2:]
    assert await listed(after_seq=0, limit=2) == said[:2]
    assert await listed(after_seq=10, before_seq=13) == said[10:12]


@pytest.mark.parametrize(
    "fields", [{"limit": 0}, {"limit": 201}, {"limit": -1}, {"before_seq": -1}, {"after_seq": "x"}, {"limit": 1.5}]
)
async def test_a_page_that_cannot_be(enter: Enter, fields: Body) -> None:
    marco, elena = await enter("marco"), await enter("elena")
    key = (await marco.send(to={"user_id": elena.user_id}, text="one"))["conversation_id"]
    with pytest.raises(Refused) as refused:
        await marco.ask("message.list", conversation_id=key, **fields)
    assert refused.value.code == "invalid"


async def test_conversations_newest_first(enter: Enter) -> None:
    sofia = await enter("sofia")
    made = [(await sofia.ask("group.create", name=f"Page {n}", member_ids=[]))["conversation"] for n in range(7)]
    expected = [each["conversation_id"] for each in reversed(made)]
    whole = (await sofia.ask("conversation.list", limit=200))["conversations"]
    assert [each["conversation_id"] for each in whole][:7] == expected
    listed: list[Body] = []
    cursor: Body = {}
    while True:
        page = await over_http(sofia, "conversation.list", limit=3, **cursor)
        listed += page["conversations"]
        if "next_cursor" not in page:
            break
        assert len(page["conversations"]) == 3
        cursor = {"cursor": page["next_cursor"]}
    assert listed == whole
    for each in made:
        await sofia.ask("group.delete", conversation_id=each["conversation_id"])


async def test_people_and_members(enter: Enter) -> None:
    sofia, marco, elena = await enter("sofia"), await enter("marco"), await enter("elena")
    everyone: list[Body] = []
    cursor: Body = {}
    while True:
        page = await over_http(sofia, "user.list", limit=2, **cursor)
        everyone += page["users"]
        if "next_cursor" not in page:
            break
        cursor = {"cursor": page["next_cursor"]}
    logins = [each["login"] for each in everyone]
    assert {"admin", "sofia", "marco", "elena", "jonas"} <= set(logins)
    assert len(logins) == len(set(logins))
    members = sorted([sofia.user_id, marco.user_id, elena.user_id])
    key = (await sofia.ask("group.create", name="Listed", member_ids=members))["conversation"]["conversation_id"]
    first = await marco.ask("member.list", conversation_id=key, limit=2)
    rest = await over_http(marco, "member.list", conversation_id=key, limit=2, cursor=first["next_cursor"])
    assert first["member_ids"] + rest["member_ids"] == members
    assert "next_cursor" not in rest


@pytest.mark.parametrize("name", ["conversation.list", "user.list"])
async def test_a_cursor_from_elsewhere(enter: Enter, name: str) -> None:
    marco = await enter("marco")
    with pytest.raises(Refused) as refused:
        await marco.ask(name, cursor="from-elsewhere")
    assert refused.value.code == "invalid"
