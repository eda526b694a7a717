"""A message is edited and deleted: everyone sees it at once and in order, whoever was away never sees what is gone, and
only those may who may, at both doors."""

import json
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from contracts.limits import TEXT_BYTES_MAX
from tests.kit.history import Body
from tests.kit.over_http import over_http
from tests.kit.person import Person
from tests.kit.refusal import Refused
from tests.kit.told import told_of, until_message, until_told, until_unread
from tests.kit.waiting import eventually
from tests.stories.conftest import Enter

Door = Callable[..., Awaitable[Body]]
DOORS = (pytest.param(Person.ask, id="socket"), pytest.param(over_http, id="http"))


def place(message: Body) -> Body:
    return {"conversation_id": message["conversation_id"], "seq": message["seq"]}


def told_of_messages(person: Person, conversation_id: str) -> list[tuple[str, str, int]]:
    """What happened to them, in order: its text and revision each time."""
    return [
        (name.removeprefix("message."), body["message"]["text"], body["message"].get("revision", 0))
        for name, body in told_of(person, conversation_id)
        if name.startswith("message.")
    ]


async def group_of(owner: Person, *others: Person, **more: Any) -> str:
    form = {"name": "Words", "member_ids": [one.user_id for one in others], "writing_enabled": True, **more}
    key: str = (await owner.ask("group.create", **form))["conversation"]["conversation_id"]
    return key


async def refusal(asked: Awaitable[Body]) -> str:
    with pytest.raises(Refused) as refused:
        await asked
    return refused.value.code


@pytest.mark.parametrize("ask", DOORS)
async def test_everyone_sees_it_at_once_and_in_order(enter: Enter, ask: Door) -> None:
    sofia, desk, elena = await enter("sofia"), await enter("marco"), await enter("elena")
    phone = await enter("marco", same_session_as=desk)
    key = await group_of(sofia, desk, elena)
    sent = await desk.send(to={"conversation_id": key}, text="at tree")
    await until_message(elena, sent)
    first = (await ask(desk, "message.edit", **place(sent), text="at three"))["message"]
    second = (await ask(phone, "message.edit", **place(sent), text="at three, in room 4"))["message"]
    assert (first["revision"], second["revision"]) == (1, 2)
    assert {**second, "text": sent["text"]} == {**sent, "revision": 2, "edited_at": second["edited_at"]}
    answer = await elena.send(to={"conversation_id": key}, text="fine")
    deleted = (await ask(desk, "message.delete", **place(sent)))["message"]
    assert (deleted["text"], deleted["revision"], deleted["deleted_by"]) == ("", 3, desk.user_id)
    assert "edited_at" not in deleted
    for person in (sofia, desk, phone, elena):
        assert (await until_told(person, key, "message.deleted"))["message"] == deleted
        assert told_of_messages(person, key) == [
            ("sent", "at tree", 0),
            ("edited", "at three", 1),
            ("edited", "at three, in room 4", 2),
            ("sent", "fine", 0),
            ("deleted", "", 3),
        ]
        assert (await ask(person, "message.list", conversation_id=key))["messages"] == [deleted, answer]
    cursors = [
        [body["cursor"] for name, body in told_of(one, key) if name.startswith("message.")] for one in (desk, elena)
    ]
    assert cursors[0] == cursors[1]


@pytest.mark.parametrize("ask", DOORS)
async def test_said_again_it_is_the_same_and_told_once(enter: Enter, ask: Door) -> None:
    marco, elena = await enter("marco"), await enter("elena")
    sent = await marco.send(to={"user_id": elena.user_id}, text="twice")
    key, before = sent["conversation_id"], len(told_of_messages(elena, sent["conversation_id"]))
    edits = [(await ask(marco, "message.edit", **place(sent), text="once"))["message"] for _ in range(2)]
    deletions = [(await ask(marco, "message.delete", **place(sent)))["message"] for _ in range(2)]
    assert edits[0] == edits[1]
    assert deletions[0] == deletions[1]
    last = await marco.send(to={"user_id": elena.user_id}, text="after it")
    await until_message(elena, last)
    told = [each for each in told_of_messages(elena, key)[before:] if each[0] != "sent"]
    assert told == [("edited", "once", 1), ("deleted", "", 2)]


async def test_whoever_was_away_never_sees_what_is_gone(enter: Enter) -> None:
    elena, marco = await enter("elena"), await enter("marco")
    to = {"user_id": marco.user_id}
    known = await elena.send(to=to, text="known to him")
    key = known["conversation_id"]
    await until_message(marco, known)
    seen = len(told_of_messages(marco, key))
    await marco.leave()
    mark = uuid.uuid4().hex
    slip = await elena.send(to=to, text=f"{mark} slips out")
    await elena.ask("message.edit", **place(slip), text=f"{mark} slips out again")
    kept = await elena.send(to=to, text="stay")
    await over_http(elena, "message.edit", **place(kept), text="stays")
    await over_http(elena, "message.delete", **place(slip))
    await elena.ask("message.delete", **place(known))
    await marco.connect()
    assert marco.pushes("ready")[-1]["recovered"] is True
    assert told_of_messages(marco, key)[seen:] == [
        ("sent", "", 2),
        ("sent", "stay", 0),
        ("edited", "stays", 1),
        ("deleted", "", 2),
        ("deleted", "", 1),
    ]
    newcomer = await enter("marco")
    for one in (marco, newcomer):
        listed = (await one.ask("message.list", conversation_id=key, limit=3))["messages"]
        assert [message["text"] for message in listed] == ["", "", "stays"]
        assert mark not in json.dumps([one.pushes(name) for name in ("ready", "message.sent", "message.edited")])
    await until_unread(marco, key, kept["seq"] - await _read_seq(marco, key))


async def test_the_last_message_and_its_count_stay_in_lists(enter: Enter) -> None:
    elena, marco = await enter("elena"), await enter("marco")
    sent = await elena.send(to={"user_id": marco.user_id}, text="the last wrod")
    key = sent["conversation_id"]
    await until_message(marco, sent)
    unread = await _unread(marco, key)
    changes: list[tuple[str, Body]] = [("message.edit", {"text": "the last word"}), ("message.delete", {})]
    for name, more in changes:
        changed = (await over_http(elena, name, **place(sent), **more))["message"]
        for door in (Person.ask, over_http):
            top = (await door(marco, "conversation.list", limit=1))["conversations"][0]
            assert (top["conversation_id"], top["last_message"], top["unread"]) == (key, changed, unread)
        newcomer = await enter("marco")
        snapshot = newcomer.pushes("ready")[-1]["snapshot"]["conversations"]
        assert next(one["last_message"] for one in snapshot if one["conversation_id"] == key) == changed


@pytest.mark.parametrize("ask", DOORS)
async def test_an_admin_deletes_what_another_said_and_nobody_else_does(enter: Enter, ask: Door) -> None:
    sofia, marco, elena = await enter("sofia"), await enter("marco"), await enter("elena")
    admin, jonas = await enter("admin"), await enter("jonas")
    key = await group_of(sofia, marco, elena, admin)
    sent = await marco.send(to={"conversation_id": key}, text="mine")
    for other in (elena, sofia):
        assert await refusal(ask(other, "message.delete", **place(sent))) == "forbidden"
    for other in (elena, sofia, admin):
        assert await refusal(ask(other, "message.edit", **place(sent), text="yours")) == "forbidden"
    assert await refusal(ask(jonas, "message.edit", **place(sent), text="whose?")) == "not_found"
    assert await refusal(ask(jonas, "message.delete", **place(sent))) == "not_found"
    deleted = (await ask(admin, "message.delete", **place(sent)))["message"]
    assert (deleted["text"], deleted["sender_id"], deleted["deleted_by"]) == ("", marco.user_id, admin.user_id)
    for person in (sofia, marco, elena, admin):
        assert (await until_told(person, key, "message.deleted"))["message"] == deleted
    assert await refusal(ask(marco, "message.edit", **place(sent), text="still mine")) == "not_found"
    assert told_of(jonas, key) == []


@pytest.mark.parametrize("ask", DOORS)
async def test_an_admin_deletes_what_others_said_among_themselves_and_hears_none_of_it(enter: Enter, ask: Door) -> None:
    """Elena has complained, and only she and Marco can read it."""
    marco, elena, admin = await enter("marco"), await enter("elena"), await enter("admin")
    sent = await marco.send(to={"user_id": elena.user_id}, text="between us")
    assert await refusal(ask(admin, "message.list", conversation_id=sent["conversation_id"])) == "not_found"
    deleted = (await ask(admin, "message.delete", **place(sent)))["message"]
    assert (deleted["text"], deleted["deleted_by"]) == ("", admin.user_id)
    for person in (marco, elena):
        assert (await until_told(person, sent["conversation_id"], "message.deleted"))["message"] == deleted
    assert told_of(admin, sent["conversation_id"]) == []


@pytest.mark.parametrize("ask", DOORS)
async def test_what_cannot_be_changed_is_refused_and_stays(enter: Enter, ask: Door) -> None:
    sofia, marco = await enter("sofia"), await enter("marco")
    key = await group_of(sofia, marco)
    sent = await marco.send(to={"conversation_id": key}, text="as it is")
    for text, code in (("", "invalid"), ("x" * (TEXT_BYTES_MAX + 1), "too_large")):
        assert await refusal(ask(marco, "message.edit", **place(sent), text=text)) == code
    for seq, code in ((0, "invalid"), (99, "not_found")):
        nowhere = {"conversation_id": key, "seq": seq}
        assert await refusal(ask(marco, "message.edit", **nowhere, text="hm")) == code
        assert await refusal(ask(marco, "message.delete", **nowhere)) == code
    await sofia.ask("group.update", conversation_id=key, writing_enabled=False)
    assert await refusal(ask(marco, "message.edit", **place(sent), text="otherwise")) == "writing_disabled"
    said = {"conversation_id": key, "seq": sent["seq"] + 1}
    assert await refusal(ask(sofia, "message.edit", **said, text="nothing was changed")) == "forbidden"
    assert await refusal(ask(sofia, "message.delete", **said)) == "forbidden"
    assert (await ask(marco, "message.list", conversation_id=key))["messages"][0] == sent
    await ask(marco, "message.delete", **place(sent))
    await until_told(sofia, key, "message.deleted")


async def test_a_reply_to_what_is_gone_stays(enter: Enter) -> None:
    marco, elena = await enter("marco"), await enter("elena")
    asked = await marco.send(to={"user_id": elena.user_id}, text="who has the key?")
    replied = await elena.send(to={"user_id": marco.user_id}, text="I do", reply_to_seq=asked["seq"])
    deleted = (await marco.ask("message.delete", **place(asked)))["message"]
    for person in (marco, elena):
        await until_told(person, asked["conversation_id"], "message.deleted")
        listed = await over_http(person, "message.list", conversation_id=asked["conversation_id"], limit=2)
        assert listed["messages"] == [deleted, replied]
    assert replied["reply_to_seq"] == asked["seq"]


async def test_what_is_gone_is_not_found(enter: Enter) -> None:
    """The index is a moment behind; what it still has is looked at as it is now."""
    marco, elena = await enter("marco"), await enter("elena")
    mark = uuid.uuid4().hex[:12]
    sent = await marco.send(to={"user_id": elena.user_id}, text=f"{mark} monday")

    async def finds(words: str) -> list[int]:
        return [message["seq"] for message in (await elena.ask("message.search", q=words))["messages"]]

    async def is_found() -> bool:
        return await finds(f"{mark} monday") == [sent["seq"]]

    async def is_found_anew() -> bool:
        return await finds(f"{mark} tuesday") == [sent["seq"]]

    await eventually(is_found)
    await marco.ask("message.edit", **place(sent), text=f"{mark} tuesday")
    assert await finds(f"{mark} monday") == []
    await eventually(is_found_anew)
    await marco.ask("message.delete", **place(sent))
    for words in (mark, f"{mark} tuesday"):
        assert await finds(words) == []
    assert (await over_http(elena, "message.search", q=mark))["messages"] == []


async def _read_seq(person: Person, key: str) -> int:
    seq: int = (await person.ask("conversation.get", conversation_id=key))["conversation"]["read_seq"]
    return seq


async def _unread(person: Person, key: str) -> int:
    count: int = (await person.ask("conversation.get", conversation_id=key))["conversation"]["unread"]
    return count
