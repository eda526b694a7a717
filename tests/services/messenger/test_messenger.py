"""What messenger promises to whoever asks it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contracts.limits import TEXT_BYTES_MAX
from contracts.messenger import (
    CreateGroup,
    DeleteGroup,
    GetConversation,
    ListConversations,
    ListMembers,
    ListMessages,
    LoadFeeds,
    ReadConversation,
    SendMessage,
    To,
    UpdateGroup,
)
from contracts.table import Nothing
from services.messenger.domain import messages
from services.messenger.domain.ids import direct_id
from tests.kit.waiting import eventually
from tests.services.messenger.house import House, house


@pytest.fixture
async def parley(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as made:
        yield made


async def is_all_told(parley: House) -> bool:
    counts = [
        await parley.database[name].count_documents({"outbox.0": {"$exists": True}})
        for name in ("messages", "conversations", "memberships")
    ]
    return not any(counts)


async def group(parley: House, *members: str, writing_enabled: bool = True) -> str:
    request = CreateGroup(name="Shift", member_ids=list(members), writing_enabled=writing_enabled)
    answer = await parley.ask("ada", "group.create", request, "user")
    return str(answer.conversation.conversation_id)


async def test_the_same_id_is_the_same_message_and_is_told_once(parley: House) -> None:
    first = await parley.send("ada", "grace", "a", "first")
    again = await parley.send("ada", "grace", "a", "another text")
    assert (again, first.seq, first.text) == (first, 1, "first")
    await eventually(lambda: is_all_told(parley))
    await eventually(lambda: parley.sent() == [first])
    assert parley.names() == ["messenger.member.added"] * 2 + ["messenger.message.sent"]


async def test_two_hundred_at_once_through_two_messengers_leave_no_gap(parley: House) -> None:
    sends = [parley.send(("ada", "grace")[n % 2], ("grace", "ada")[n % 2], f"c{n // 2}") for n in range(200)]
    answers = await asyncio.gather(*sends)
    assert sorted(message.seq for message in answers) == list(range(1, 201))
    assert len({message.conversation_id for message in answers}) == 1
    await eventually(lambda: len(parley.sent()) == 200)
    await eventually(lambda: is_all_told(parley))
    assert parley.names()[:2] == ["messenger.member.added"] * 2
    shown = (await parley.ask("ada", "conversation.list", ListConversations())).conversations
    assert [(one.last_seq, one.last_message.seq, one.name) for one in shown] == [(200, 200, "Grace")]


async def test_repeats_at_once_give_one_message(parley: House) -> None:
    key = await group(parley, "grace")
    answers = await asyncio.gather(*(parley.send("ada", key, f"c{n % 5}") for n in range(60)))
    assert sorted({message.seq for message in answers}) == [1, 2, 3, 4, 5]
    assert all(len({m.seq for m in answers if m.client_message_id == f"c{n}"}) == 1 for n in range(5))
    await eventually(lambda: len(parley.sent()) == 5)


async def test_what_may_not_be_sent(parley: House) -> None:
    key = await group(parley, "grace")

    async def code(to: To, text: str = "hi", name: str = "a", reply: int | None = None) -> str:
        request = SendMessage(to=to, client_message_id=name, text=text, reply_to_seq=reply)
        return await parley.refusal("grace", "message.send", request)

    here = To(conversation_id=key)
    assert await code(To()) == "invalid"
    assert await code(here, text="") == "invalid"
    assert await code(here, text="é" * (TEXT_BYTES_MAX // 2 + 1)) == "too_large"
    assert await code(here, name="n" * 65) == "invalid"
    assert await code(here, reply=1) == "invalid"
    assert await code(To(user_id="grace")) == "invalid"
    assert await code(To(user_id="nobody")) == "not_found"
    assert await code(To(conversation_id="a.b>")) == "not_found"
    assert await code(here) == ""
    assert await code(here, name="b", reply=1) == ""


async def test_a_marker_goes_forward_only(parley: House) -> None:
    for number in range(3):
        key = (await parley.send("ada", "grace", f"c{number}")).conversation_id
    assert (await parley.ask("ada", "conversation.get", GetConversation(conversation_id=key))).conversation.unread == 0
    marks = []
    for seq in (2, 1, 99):
        answer = await parley.ask("grace", "conversation.read", ReadConversation(conversation_id=key, seq=seq))
        marks.append((answer.read_seq, answer.unread))
    assert marks == [(2, 1), (2, 1), (3, 0)]
    assert (
        await parley.refusal("grace", "conversation.read", ReadConversation(conversation_id=key, seq=-1)) == "invalid"
    )
    await eventually(lambda: parley.names().count("messenger.conversation.read") == 2)


async def test_a_group_where_only_the_owner_writes(parley: House) -> None:
    key = await group(parley, "grace", writing_enabled=False)
    request = SendMessage(to=To(conversation_id=key), client_message_id="a", text="hi")
    assert await parley.refusal("grace", "message.send", request) == "writing_disabled"
    assert await parley.refusal("linus", "message.send", request) == "not_found"
    assert (await parley.send("ada", key, "a")).seq == 1
    seen = (await parley.ask("grace", "conversation.get", GetConversation(conversation_id=key))).conversation
    assert (seen.may_write, seen.unread, seen.name) == (False, 1, "Shift")
    for name, ask in (
        ("message.list", ListMessages(conversation_id=key)),
        ("conversation.get", GetConversation(conversation_id=key)),
        ("member.list", ListMembers(conversation_id=key)),
    ):
        assert await parley.refusal("linus", name, ask) == "not_found"


async def test_a_group_lives_and_ends(parley: House) -> None:
    request = CreateGroup(name="Shift", member_ids=["grace"], request_id="r")
    assert await parley.refusal("grace", "group.create", request) == "forbidden"
    unknown = CreateGroup(name="Shift", member_ids=["nobody"])
    assert await parley.refusal("ada", "group.create", unknown, "user") == "invalid"
    one, two = [(await parley.ask("ada", "group.create", request, "user")).conversation for _ in range(2)]
    assert one == two
    key = one.conversation_id
    await parley.send("ada", key, "a")
    change = UpdateGroup(conversation_id=key, name="Night", member_ids=["linus"])
    changed = (await parley.ask("ada", "group.update", change, "user")).conversation
    assert (changed.name, changed.member_ids, changed.member_count) == ("Night", ["ada", "linus"], 2)
    listed = (await parley.ask("linus", "message.list", ListMessages(conversation_id=key))).messages
    assert [(one.seq, one.change is None) for one in listed] == [(2, False)]
    assert await parley.refusal("grace", "conversation.get", GetConversation(conversation_id=key)) == "not_found"
    back = UpdateGroup(conversation_id=key, member_ids=["grace", "linus"])
    await parley.ask("ada", "group.update", back, "user")
    seen = (await parley.ask("grace", "conversation.get", GetConversation(conversation_id=key))).conversation
    assert (seen.unread, seen.member_count) == (0, 3)
    for _ in range(2):
        await parley.ask("ada", "group.delete", DeleteGroup(conversation_id=key), "user")
    assert await parley.refusal("ada", "conversation.get", GetConversation(conversation_id=key)) == "not_found"
    feed = (await parley.ask("", "feed.load", LoadFeeds(user_ids=["linus"]))).feeds[0]
    assert [(lost.conversation_id, lost.reason) for lost in feed.lost] == [(key, "deleted")]
    await eventually(lambda: is_all_told(parley))

    def short_names() -> list[str]:
        return [name.removeprefix("messenger.") for name in parley.names() if name != "messenger.conversation.read"]

    await eventually(lambda: len(short_names()) == 12)
    short = short_names()
    assert short[0] == "group.created"
    assert sorted(short[1:3]) == ["member.added"] * 2
    assert short[-1] == "group.deleted"
    assert short.count("member.added") == 4


async def test_what_a_dead_process_left_is_told(parley: House) -> None:
    key = (await parley.send("ada", "grace", "a")).conversation_id
    left = {
        "_id": "m_left",
        "conversation_id": key,
        "client_message_id": "left",
        "sender_id": "ada",
        "text": "left",
        "sent_at": "2020-01-01T00:00:00.000Z",
    }
    await parley.database["messages"].insert_one(messages.numbered(left, 2))
    await eventually(lambda: [message.seq for message in parley.sent()] == [1, 2])
    await eventually(lambda: is_all_told(parley))
    seen = (await parley.ask("grace", "conversation.get", GetConversation(conversation_id=key))).conversation
    assert (seen.last_seq, seen.unread) == (2, 2)
    assert (await parley.send("ada", "grace", "b")).seq == 3


async def test_pages_feeds_and_snapshot(parley: House) -> None:
    key = await group(parley, "grace")
    for number in range(5):
        await parley.send("ada", key, f"c{number}")
    await parley.send("linus", "grace", "a")

    async def seqs(**where: int) -> list[int]:
        answer = await parley.ask("grace", "message.list", ListMessages(conversation_id=key, **where))
        return [message.seq for message in answer.messages]

    assert await seqs(limit=2) == [4, 5]
    assert await seqs(before_seq=4, limit=2) == [2, 3]
    assert await seqs(after_seq=1, limit=2) == [2, 3]
    assert await parley.refusal("grace", "message.list", ListMessages(conversation_id=key, limit=201)) == "invalid"
    one = await parley.ask("grace", "conversation.list", ListConversations(limit=1))
    two = await parley.ask("grace", "conversation.list", ListConversations(limit=1, cursor=one.next_cursor))
    direct = direct_id("grace", "linus")
    assert [page.conversations[0].conversation_id for page in (one, two)] == [direct, key]
    assert two.next_cursor is None
    members = await parley.ask("grace", "member.list", ListMembers(conversation_id=key, limit=1))
    assert (members.member_ids, members.next_cursor is None) == (["ada"], False)
    snapshot = await parley.ask("grace", "feed.snapshot", Nothing())
    assert snapshot.unread.total == 6
    assert [(c.name, c.unread) for c in snapshot.conversations] == [("Linus", 1), ("Shift", 5)]
    feeds = await parley.ask("", "feed.load", LoadFeeds(user_ids=["grace", "edsger"]))
    assert feeds.rest == []
    assert {(m.conversation_id, m.last_seq) for m in feeds.feeds[0].memberships} == {(key, 5), (direct, 1)}
    assert feeds.feeds[1].memberships == []


async def test_an_outcome_that_is_not_known_is_unavailable_and_leaves_no_gap(tmp_path: Path) -> None:
    """The insert fails with what is no duplicate: the ask is refused, the next number is read again."""
    async with house(tmp_path, messengers=1) as parley:
        key = (await parley.send("ada", "grace", "a")).conversation_id
        await parley.database.command("collMod", "messages", validator={"text": {"$ne": "bad"}})
        request = SendMessage(to=To(conversation_id=key), client_message_id="b", text="bad")
        assert await parley.refusal("ada", "message.send", request) == "unavailable"
        await parley.database.command("collMod", "messages", validator={})
        assert (await parley.send("grace", key, "c")).seq == 2
        assert (await parley.send("ada", key, "b", "bad")).seq == 3
        await eventually(lambda: [message.seq for message in parley.sent()] == [1, 2, 3])
