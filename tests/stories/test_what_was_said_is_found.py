"""What was said is found by its words, in any script, at both doors: by those who may see it, as it is now."""

import uuid
from typing import Any

from tests.kit.history import Body
from tests.kit.over_http import over_http
from tests.kit.person import Person
from tests.kit.waiting import eventually
from tests.stories.conftest import Enter


async def found(person: Person, q: str, **more: Any) -> list[Body]:
    over_socket: list[Body] = (await person.ask("message.search", q=q, **more))["messages"]
    assert (await over_http(person, "message.search", q=q, **more))["messages"] == over_socket
    return over_socket


async def finds(person: Person, q: str, expected: list[Body], **more: Any) -> None:
    """The index is a moment behind."""

    async def does() -> bool:
        return bool((await person.ask("message.search", q=q, **more))["messages"] == expected)

    await eventually(does, what=f"{q} finds {[message['text'] for message in expected]}")
    assert await found(person, q, **more) == expected


async def test_by_word_person_and_conversation(enter: Enter) -> None:
    marco, elena, sofia = await enter("marco"), await enter("elena"), await enter("sofia")
    mark = uuid.uuid4().hex[:12]  # others talk here, too
    first = await marco.send(to={"user_id": elena.user_id}, text=f"Straße gesperrt {mark}")
    second = await elena.send(to={"user_id": marco.user_id}, text=f"welche STRASSE? {mark}")
    third = await marco.send(to={"user_id": sofia.user_id}, text=f"{mark} 明天下午开会")
    await finds(elena, f"{mark} stras", [second, first])
    await finds(marco, mark[:8], [third, second, first])
    assert await found(marco, f"开会 {mark}") == [third]
    assert await found(marco, mark, sender_id=elena.user_id) == [second]
    assert await found(marco, mark, conversation_id=first["conversation_id"]) == [second, first]
    assert await found(marco, mark, since=third["sent_at"]) == [third]
    assert await found(sofia, mark) == [third]
    page = await marco.ask("message.search", q=mark, limit=2)
    rest = await marco.ask("message.search", q=mark, limit=2, cursor=page["next_cursor"])
    assert [*page["messages"], *rest["messages"]] == [third, second, first]


async def test_as_it_is_now_and_only_for_those_who_belong(enter: Enter) -> None:
    sofia, marco, elena = await enter("sofia"), await enter("marco"), await enter("elena")
    mark = uuid.uuid4().hex[:12]
    group = (await sofia.ask("group.create", name="Talk", member_ids=[marco.user_id]))["conversation"]
    key = group["conversation_id"]
    sent = await sofia.send(to={"conversation_id": key}, text=f"{mark} on monday")
    await finds(marco, f"{mark} mon", [sent])
    edited = (await sofia.ask("message.edit", conversation_id=key, seq=sent["seq"], text=f"{mark} on tuesday"))[
        "message"
    ]
    await finds(marco, f"{mark} tue", [edited])
    assert await found(marco, f"{mark} mon") == []
    await sofia.ask("group.update", conversation_id=key, member_ids=[elena.user_id])
    assert await found(marco, mark) == await found(elena, mark) == []
    last = await sofia.send(to={"conversation_id": key}, text=f"{mark} after all")
    await finds(elena, mark, [last])
    await sofia.ask("message.delete", conversation_id=key, seq=last["seq"])
    assert await found(elena, mark) == []
    assert await found(sofia, mark) == [edited]
