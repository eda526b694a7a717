"""What messenger promises of messages that are edited and deleted: one change after the other, told in order, and what is
deleted is gone."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from chassis.clock import SystemClock, rfc3339
from chassis.outbox import entries
from contracts.limits import TEXT_BYTES_MAX
from contracts.messenger import (
    CreateGroup,
    DeleteGroup,
    DeleteMessage,
    EditMessage,
    GetConversation,
    ListMessages,
    SendMessage,
    To,
    UpdateConversation,
    UpdateGroup,
)
from contracts.things import Message
from services.messenger.domain import messages, revisions
from services.messenger.store.conversations import MongoConversations
from tests.kit.waiting import eventually
from tests.services.messenger.house import House, house


@pytest.fixture
async def parley(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as made:
        yield made


async def edit(parley: House, of: Message, text: str, who: str = "ada", role: str = "agent") -> Message:
    request = EditMessage(conversation_id=of.conversation_id, seq=of.seq, text=text)
    message: Message = (await parley.ask(who, "message.edit", request, role)).message
    return message


async def delete(parley: House, of: Message, who: str = "ada", role: str = "agent") -> Message:
    request = DeleteMessage(conversation_id=of.conversation_id, seq=of.seq)
    message: Message = (await parley.ask(who, "message.delete", request, role)).message
    return message


async def listed(parley: House, who: str, key: str) -> list[Message]:
    return list((await parley.ask(who, "message.list", ListMessages(conversation_id=key))).messages)


def of_messages(parley: House) -> list[tuple[str, int | None, str]]:
    """What was told of messages, in order."""
    told = [one for one in parley.told if one.name.startswith("messenger.message.")]
    bodies = [(one.name.rsplit(".", 1)[1], json.loads(one.data)["message"]) for one in told]
    return [(name, message.get("revision"), message.get("text", "")) for name, message in bodies]


async def is_in_the_store(parley: House, text: str) -> bool:
    for name in await parley.database.list_collection_names():
        async for document in parley.database[name].find():
            if text in str(document):
                return True
    return False


async def test_a_message_is_edited_and_deleted(parley: House) -> None:
    sent = await parley.send("ada", "grace", "a", "first words")
    edited = await edit(parley, sent, "second words")
    assert (edited.text, edited.revision, edited.seq, edited.sent_at) == ("second words", 1, 1, sent.sent_at)
    assert await edit(parley, sent, "second words") == edited
    assert await listed(parley, "grace", sent.conversation_id) == [edited]
    await parley.send("grace", "ada", "b", "an answer")
    deleted = await delete(parley, sent)
    assert (deleted.text, deleted.revision, deleted.deleted_by, deleted.edited_at) == ("", 2, "ada", None)
    assert await delete(parley, sent) == deleted
    assert (await listed(parley, "grace", sent.conversation_id))[0] == deleted
    await eventually(lambda: len(of_messages(parley)) == 4)
    assert of_messages(parley) == [
        ("sent", None, "first words"),
        ("edited", 1, "second words"),
        ("sent", None, "an answer"),
        ("deleted", 2, ""),
    ]
    bodies = [json.loads(one.data) for one in parley.told if one.name.endswith((".edited", ".deleted"))]
    assert [(body["by"], body["at"]) for body in bodies] == [("ada", edited.edited_at), ("ada", deleted.deleted_at)]
    assert not await is_in_the_store(parley, "first words")
    await eventually(lambda: _is_gone(parley, "second words"))
    repeated = await parley.send("ada", "grace", "a", "first words")
    assert repeated == deleted
    assert not await is_in_the_store(parley, "first words")


async def _is_gone(parley: House, text: str) -> bool:
    return not await is_in_the_store(parley, text)


async def test_who_may_not(parley: House) -> None:
    request = CreateGroup(name="Shift", member_ids=["grace", "linus"])
    key = (await parley.ask("ada", "group.create", request, "user")).conversation.conversation_id
    sent = await parley.send("grace", key, "a")

    async def refusals(who: str, role: str = "agent", seq: int = sent.seq, where: str = key) -> tuple[str, str]:
        one = EditMessage(conversation_id=where, seq=seq, text="another")
        other = DeleteMessage(conversation_id=where, seq=seq)
        edited = await parley.refusal(who, "message.edit", one, role)
        return edited, await parley.refusal(who, "message.delete", other, role)

    assert await refusals("linus") == ("forbidden", "forbidden")
    assert await refusals("ada", "user") == ("forbidden", "forbidden")  # not for owning the group
    assert await refusals("edsger") == ("not_found", "not_found")
    assert await refusals("edsger", "admin", seq=2) == ("not_found", "not_found")
    assert await refusals("edsger", "admin", where="g_none") == ("not_found", "not_found")
    assert await refusals("grace", seq=2) == ("not_found", "not_found")
    assert await refusals("grace", where="g_none") == ("not_found", "not_found")
    for seq in (0, -1, 2**53, 2**63, 2**70):
        assert await refusals("grace", seq=seq) == ("invalid", "invalid")
    for text, code in (("", "invalid"), ("\0" * (TEXT_BYTES_MAX + 1), "too_large")):
        assert (
            await parley.refusal("grace", "message.edit", EditMessage(conversation_id=key, seq=sent.seq, text=text))
            == code
        )
    old = {"$set": {"sent_at": "2020-01-01T00:00:00.000Z"}}
    await parley.database["messages"].update_one({"_id": sent.message_id}, old)
    assert await refusals("grace") == ("forbidden", "forbidden")
    assert [one.text for one in await listed(parley, "linus", key)] == ["hi"]
    deleted = await delete(parley, sent, "linus", "admin")
    assert (deleted.sender_id, deleted.deleted_by) == ("grace", "linus")
    assert await refusals("grace") == ("not_found", "")  # its deletion is repeated by whoever wrote it
    await eventually(lambda: [name for name, _, _ in of_messages(parley)] == ["sent", "deleted"])


async def test_an_admin_deletes_wherever_it_was_said_and_reads_nothing(parley: House) -> None:
    """In conversations of others, what was said before they came, and not where the group is gone."""
    direct = await parley.send("grace", "linus", "a")
    request = CreateGroup(name="Shift", member_ids=["grace", "edsger"])
    key = (await parley.ask("ada", "group.create", request, "user")).conversation.conversation_id
    first = await parley.send("grace", key, "b")
    for members in (["grace"], ["grace", "edsger"]):
        await parley.ask("ada", "group.update", UpdateGroup(conversation_id=key, member_ids=members), "user")
    for sent in (direct, first):
        deleted = await delete(parley, sent, "edsger", "admin")
        assert (deleted.text, deleted.sender_id, deleted.deleted_by) == ("", "grace", "edsger")
        edit_it = EditMessage(conversation_id=sent.conversation_id, seq=sent.seq, text="another")
        assert await parley.refusal("edsger", "message.edit", edit_it, "admin") == "not_found"
    page = ListMessages(conversation_id=direct.conversation_id)
    assert await parley.refusal("edsger", "message.list", page, "admin") == "not_found"
    await parley.ask("ada", "group.delete", DeleteGroup(conversation_id=key), "user")
    gone = DeleteMessage(conversation_id=key, seq=2)
    assert await parley.refusal("edsger", "message.delete", gone, "admin") == "not_found"


async def test_writing_that_is_off_stops_edits_and_no_deletions(parley: House) -> None:
    request = CreateGroup(name="Shift", member_ids=["grace"])
    key = (await parley.ask("ada", "group.create", request, "user")).conversation.conversation_id
    sent = await parley.send("grace", key, "a")
    await parley.ask("ada", "group.update", UpdateGroup(conversation_id=key, writing_enabled=False), "user")
    another = EditMessage(conversation_id=key, seq=sent.seq, text="another")
    assert await parley.refusal("grace", "message.edit", another) == "writing_disabled"
    assert (await delete(parley, sent, "grace")).text == ""


async def test_what_was_said_before_one_came_is_not_there_to_be_changed_or_replied_to(parley: House) -> None:
    """A reply could name what its sender may not see."""
    key = (
        await parley.ask("ada", "group.create", CreateGroup(name="Shift", member_ids=["grace"]), "user")
    ).conversation
    key = key.conversation_id
    sent = await parley.send("grace", key, "a")
    for members in ([], ["grace"]):
        await parley.ask("ada", "group.update", UpdateGroup(conversation_id=key, member_ids=members), "user")
    for name, request in (
        ("message.edit", EditMessage(conversation_id=key, seq=sent.seq, text="another")),
        ("message.delete", DeleteMessage(conversation_id=key, seq=sent.seq)),
    ):
        assert await parley.refusal("grace", name, request) == "not_found"
    to = To(conversation_id=key)
    reply = SendMessage(to=to, client_message_id="b", text="hm", reply_to_seq=sent.seq)
    assert await parley.refusal("grace", "message.send", reply) == "invalid"
    assert await parley.refusal("ada", "message.send", reply) == ""


async def test_a_reply_stays_when_what_it_replies_to_is_deleted(parley: House) -> None:
    sent = await parley.send("ada", "grace", "a")
    to = To(user_id="ada")
    reply = SendMessage(to=to, client_message_id="b", text="because", reply_to_seq=sent.seq)
    said = (await parley.ask("grace", "message.send", reply)).message
    await delete(parley, sent)
    assert (await listed(parley, "ada", sent.conversation_id))[1] == said
    assert said.reply_to_seq == sent.seq


async def test_two_devices_that_edit_at_once_edit_one_after_the_other(parley: House) -> None:
    for number in range(5):
        sent = await parley.send("ada", "grace", f"c{number}")
        answers = await asyncio.gather(*(edit(parley, sent, f"text {n}") for n in range(8)))
        assert sorted(answer.revision or 0 for answer in answers) == list(range(1, 9))
        last = max(answers, key=lambda answer: answer.revision or 0)
        assert (await listed(parley, "grace", sent.conversation_id))[-1] == last
    await eventually(lambda: len(of_messages(parley)) == 5 * 9)
    told = [revision or 0 for _, revision, _ in of_messages(parley)]
    assert told == list(range(9)) * 5


async def test_an_edit_against_a_deletion(parley: House) -> None:
    """Whichever comes first: what was deleted does not come back."""
    for number in range(20):
        sent = await parley.send("ada", "grace", f"c{number}")
        request = EditMessage(conversation_id=sent.conversation_id, seq=sent.seq, text="too late")
        refusal, deleted = await asyncio.gather(
            parley.refusal("ada", "message.edit", request), delete(parley, sent, "ada")
        )
        assert (refusal, deleted.revision) in (("", 2), ("not_found", 1))
        assert (await listed(parley, "ada", sent.conversation_id))[-1] == deleted
    await eventually(lambda: _is_gone(parley, "too late"))


async def left(parley: House, sent_at: str) -> tuple[Message, dict[str, Any]]:
    """A message that is not told, as its process would have stored it."""
    key = (await parley.send("ada", "grace", "a")).conversation_id
    said = {"_id": "m_left", "conversation_id": key, "client_message_id": "left", "sender_id": "ada", "text": "left"}
    document = messages.numbered({**said, "sent_at": sent_at}, 2)
    return messages.shown(document), document


async def test_what_is_not_told_yet_is_told_before_an_edit(parley: House) -> None:
    message, document = await left(parley, rfc3339(SystemClock().now()))
    await parley.database["messages"].insert_one(document)
    edited = await edit(parley, message, "edited")
    await eventually(lambda: of_messages(parley)[1:] == [("sent", None, "left"), ("edited", 1, "edited")])
    assert await edit(parley, message, "edited") == edited


async def test_what_a_dead_process_left_is_told_in_order(parley: House) -> None:
    """It had stored an edit, and neither the edit nor the message before it was told."""
    at = "2020-01-01T00:00:00.000Z"
    message, document = await left(parley, at)
    edited = {**document, "text": "edited", "revision": 1, "edited_at": at}
    edited["outbox"] = [*document["outbox"], *entries([revisions.told(edited, "ada")])]
    await parley.database["messages"].insert_one(edited)
    await eventually(lambda: of_messages(parley)[1:] == [("sent", None, "left"), ("edited", 1, "edited")])
    where = GetConversation(conversation_id=message.conversation_id)
    seen = (await parley.ask("grace", "conversation.get", where)).conversation
    assert (seen.last_seq, seen.last_message.text) == (2, "edited")


def held_up_until(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """The next that the store is asked for is held up until it is set."""
    get, asked, event = MongoConversations.get, itertools.count(), asyncio.Event()

    async def held_up(self: MongoConversations, conversation_id: str) -> Any:
        if next(asked) == 0:
            await event.wait()
        return await get(self, conversation_id)

    monkeypatch.setattr(MongoConversations, "get", held_up)
    return event


async def test_an_edit_that_was_held_up_does_not_come_after_the_next(
    parley: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A replica whose store answered late wrote what another had done meanwhile, over what was said since."""
    sent = await parley.send("ada", "grace", "a", "first")
    go_on = held_up_until(monkeypatch)
    for text in ("second", "third"):
        await edit(parley, sent, text)
    go_on.set()
    for _ in range(10):
        assert [message.text for message in await listed(parley, "grace", sent.conversation_id)] == ["third"]


async def test_nor_does_muting(parley: House, monkeypatch: pytest.MonkeyPatch) -> None:
    key = (await parley.send("ada", "grace", "a", "first")).conversation_id
    go_on = held_up_until(monkeypatch)
    for is_muted in (True, False):
        await parley.ask("ada", "conversation.update", UpdateConversation(conversation_id=key, muted=is_muted))
    go_on.set()
    for _ in range(10):
        seen = await parley.ask("ada", "conversation.get", GetConversation(conversation_id=key))
        assert seen.conversation.muted is None
