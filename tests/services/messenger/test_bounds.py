"""What messenger promises of sizes: every answer fits into a message of NATS, and what it leaves out can be asked for."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from chassis.bus.asking import ATTEMPT_S
from chassis.clock import monotonic
from contracts.messenger import CreateGroup, DeleteGroup, ListConversations, LoadFeeds, SendMessage, To, UpdateGroup
from contracts.table import Nothing
from services.messenger.domain import memberships
from tests.services.messenger.house import House, house
from tests.services.messenger.many import groups

NATS_BYTES_MAX = 1024 * 1024


@pytest.fixture
async def parley(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as made:
        yield made


async def test_a_snapshot_fits_and_leads_to_the_rest(parley: House) -> None:
    """Every unread conversation with its members was put into one answer, however many."""
    known = await groups(parley.database, 700, ["grace", *(f"m{n:02d}{'x' * 57}" for n in range(49))])
    snapshot = await parley.ask("grace", "feed.snapshot", Nothing())
    assert len(msgspec.json.encode(snapshot)) < NATS_BYTES_MAX
    assert snapshot.unread.total == len(snapshot.unread.conversations) == 700
    assert len(snapshot.conversations) > 100
    seen = {one.conversation_id for one in snapshot.conversations}
    cursor = snapshot.next_cursor
    while cursor is not None:
        page = await parley.ask("grace", "conversation.list", ListConversations(limit=200, cursor=cursor))
        assert len(msgspec.json.encode(page)) < NATS_BYTES_MAX
        seen |= {one.conversation_id for one in page.conversations}
        cursor = page.next_cursor
    assert seen == known


async def test_feeds_fit_and_the_rest_can_be_asked_for(parley: House) -> None:
    people = ["ada", "grace", "linus"]
    known = await groups(parley.database, 2_400, people)
    left, found = people, dict[str, set[str]]()
    while left:
        answer = await parley.ask("", "feed.load", LoadFeeds(user_ids=left))
        assert len(msgspec.json.encode(answer)) < NATS_BYTES_MAX
        found |= {feed.user_id: {one.conversation_id for one in feed.memberships} for feed in answer.feeds}
        assert len(answer.rest) < len(left)
        left = answer.rest
    assert found == dict.fromkeys(people, known)


async def test_nobody_belongs_to_more_than_one_can(parley: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memberships, "MEMBERSHIPS_MAX", 2)
    make = CreateGroup(name="Shift", member_ids=["grace"])
    one, two = [(await parley.ask("ada", "group.create", make, "user")).conversation for _ in range(2)]
    assert await parley.refusal("ada", "group.create", make, "user") == "conflict"
    alone = (await parley.ask("linus", "group.create", CreateGroup(name="Alone", member_ids=[]), "user")).conversation
    add = UpdateGroup(conversation_id=alone.conversation_id, member_ids=["grace"])
    assert await parley.refusal("linus", "group.update", add, "user") == "conflict"
    write = SendMessage(to=To(user_id="grace"), client_message_id="a", text="hi")
    assert await parley.refusal("linus", "message.send", write) == "conflict"
    assert (await parley.send("grace", one.conversation_id, "a")).seq == 1
    await parley.ask("ada", "group.delete", DeleteGroup(conversation_id=two.conversation_id), "user")
    assert (await parley.ask("linus", "group.update", add, "user")).conversation.member_count == 2


async def test_a_lost_group_is_forgotten_when_the_stream_has_forgotten_it(parley: House) -> None:
    """What a person had lost, and all of a deleted group, was kept for ever."""
    make = CreateGroup(name="Shift", member_ids=["grace", "linus"])
    key = (await parley.ask("ada", "group.create", make, "user")).conversation.conversation_id
    removing = UpdateGroup(conversation_id=key, member_ids=["linus"])
    await parley.ask("ada", "group.update", removing, "user")
    await parley.ask("ada", "group.delete", DeleteGroup(conversation_id=key), "user")
    kept = parley.database["memberships"]
    forgotten_at = [document["forget_at"] async for document in kept.find({"conversation_id": key})]
    days = [(at - datetime.now(UTC)).total_seconds() / (24 * 3600) for at in forgotten_at]
    assert len(days) == 3
    assert all(3 < each < 3.1 for each in days)
    assert (await kept.index_information())["forgotten"]["expireAfterSeconds"] == 0  # the store itself forgets it
    assert await kept.count_documents({"state": "member"}) == 0


async def test_an_old_name_is_better_than_none(parley: House) -> None:
    await parley.send("ada", "grace", "a")
    await parley.send("ada", "linus", "a")

    async def names(who: str) -> set[str | None]:
        page = await parley.ask(who, "conversation.list", ListConversations())
        return {one.name for one in page.conversations}

    for _ in range(8):  # both messengers hear the names
        assert await names("ada") == {"Grace", "Linus"}
    parley.auth.is_away = True
    assert await names("ada") == {"Grace", "Linus"}
    assert await names("linus") == {None}


async def test_an_old_name_comes_before_another_replica_is_asked(parley: House) -> None:
    """Names were waited for longer than an idempotent ask waits for one replica: whoever hung cost both."""
    await parley.send("ada", "grace", "a")
    for _ in range(8):  # both messengers hear the name
        await parley.ask("ada", "conversation.list", ListConversations())
    parley.auth.pauses_s = [5.0] * 4
    asked_at = monotonic()
    page = await parley.ask("ada", "conversation.list", ListConversations())
    assert monotonic() - asked_at < ATTEMPT_S
    assert [one.name for one in page.conversations] == ["Grace"]
