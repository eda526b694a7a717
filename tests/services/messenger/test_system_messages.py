"""What messenger promises of what a group says of its own changes: one message for each, before anybody comes or goes, and
the same one whenever its messenger dies."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from chassis.bus import Bus, Fact
from chassis.clock import monotonic
from contracts.messenger import (
    CreateGroup,
    DeleteGroup,
    DeleteMessage,
    GetConversation,
    ListMessages,
    LoadFeeds,
    ReadConversation,
    UpdateGroup,
)
from contracts.things import Conversation, GroupChange, Message
from services.messenger.actions import finish_change
from services.messenger.actions.project import Project
from services.messenger.domain.ids import change_message_id, message_id
from services.messenger.store.conversations import MongoConversations
from services.messenger.store.memberships import MongoMemberships
from services.messenger.store.messages import MongoMessages
from tests.kit.waiting import eventually
from tests.services.messenger.house import House, house


@pytest.fixture
async def parley(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as made:
        yield made


async def create(parley: House, *members: str, **fields: Any) -> str:
    request = CreateGroup(name="Shift", member_ids=list(members), **fields)
    made: Conversation = (await parley.ask("ada", "group.create", request, "user")).conversation
    return made.conversation_id


async def update(parley: House, key: str, who: str = "ada", **fields: Any) -> Conversation:
    request = UpdateGroup(conversation_id=key, **fields)
    changed: Conversation = (await parley.ask(who, "group.update", request, "user")).conversation
    return changed


async def listed(parley: House, who: str, key: str) -> list[Message]:
    request = ListMessages(conversation_id=key, limit=200)
    return list((await parley.ask(who, "message.list", request)).messages)


async def seen(parley: House, who: str, key: str) -> Conversation:
    found: Conversation = (await parley.ask(who, "conversation.get", GetConversation(conversation_id=key))).conversation
    return found


def told(parley: House) -> list[str]:
    return [one.name.removeprefix("messenger.") for one in parley.told]


def bodies(parley: House, short: str) -> list[Any]:
    return [json.loads(one.data) for one in parley.told if one.name == f"messenger.{short}"]


async def test_every_change_is_one_message(parley: House) -> None:
    key = await create(parley, "grace", "linus")
    assert await listed(parley, "grace", key) == []
    await update(parley, key, name="Night")
    await update(parley, key, writing_enabled=False, history="everything")
    await update(parley, key, who="barbara", writing_enabled=True, member_ids=["grace", "edsger", "extra_1"])
    await update(parley, key, name="Night", history="everything")  # it is so already
    page = await listed(parley, "grace", key)
    assert [(one.seq, one.sender_id, one.change, one.text) for one in page] == [
        (1, "ada", GroupChange(name="Night"), 'The group is now called "Night".'),
        (
            2,
            "ada",
            GroupChange(writing_enabled=False, history="everything"),
            "Only the owner and administrators may write here now. Whoever is added from now on sees everything.",
        ),
        (
            3,
            "barbara",
            GroupChange(
                writing_enabled=True, added=["edsger", "extra_1"], added_count=2, removed=["linus"], removed_count=1
            ),
            "Everyone may write here now. 2 people were added. 1 person was removed.",
        ),
    ]
    await parley.ask("ada", "group.delete", DeleteGroup(conversation_id=key), "user")
    await eventually(lambda: told(parley)[-1] == "group.deleted")
    assert told(parley).count("message.sent") == 3
    assert [body["by"] for body in bodies(parley, "group.created")] == ["ada"]
    assert [body["by"] for body in bodies(parley, "group.updated")] == ["ada", "ada", "barbara"]
    assert [(body["by"], body["reason"]) for body in bodies(parley, "group.deleted")] == [("ada", "deleted")]


async def test_who_changes_a_group_has_read_nothing_by_that(parley: House) -> None:
    """A new name made all read that had been said before, for whoever gave it."""
    key = await create(parley, "grace")
    for number in range(3):
        await parley.send("grace", key, f"c{number}")
    await update(parley, key, name="Night")
    assert ((now := await seen(parley, "ada", key)).unread, now.read_seq) == (4, 0)
    taken_back = DeleteMessage(conversation_id=key, seq=4)
    await parley.ask("ada", "message.delete", taken_back, "admin")
    gone = await parley.database["messages"].find_one({"conversation_id": key, "seq": 4})
    await Project(MongoConversations(parley.database), MongoMemberships(parley.database))([gone])  # as a sweep would
    assert (await seen(parley, "ada", key)).read_seq == 0
    await parley.ask("ada", "conversation.read", ReadConversation(conversation_id=key, seq=4))
    await update(parley, key, name="Dawn")  # what says so is read by who had read all
    assert ((now := await seen(parley, "ada", key)).unread, now.read_seq) == (0, 5)
    read = [("ada", 4), ("ada", 5)]
    await eventually(lambda: [(one["user_id"], one["seq"]) for one in bodies(parley, "conversation.read")] == read)
    assert (await seen(parley, "grace", key)).unread == 2


async def test_it_comes_before_those_who_come_and_go(parley: House) -> None:
    key = await create(parley, "grace")
    await parley.send("grace", key, "a")
    await update(parley, key, member_ids=["linus"])
    await eventually(lambda: "group.updated" in told(parley))
    assert told(parley)[-4:-3] == ["message.sent"]
    assert sorted(told(parley)[-3:-1]) == ["member.added", "member.removed"]
    added = bodies(parley, "member.added")[-1]
    assert (added["user_id"], added["from_seq"], added["read_seq"]) == ("linus", 1, 2)
    assert [one.seq for one in await listed(parley, "linus", key)] == [2]
    now = await seen(parley, "linus", key)
    assert (now.last_seq, now.read_seq, now.unread) == (2, 2, 0)
    assert now.last_message is not None
    feed = (await parley.ask("", "feed.load", LoadFeeds(user_ids=["linus"]))).feeds[0]
    assert [(one.from_seq, one.read_seq) for one in feed.memberships] == [(1, 2)]


async def test_a_group_may_show_everything_to_whoever_comes(parley: House) -> None:
    key = await create(parley, history="everything")
    assert (await seen(parley, "ada", key)).history == "everything"
    for number in range(3):
        await parley.send("ada", key, f"c{number}")
    await update(parley, key, member_ids=["grace"])
    assert [one.seq for one in await listed(parley, "grace", key)] == [1, 2, 3, 4]
    now = await seen(parley, "grace", key)
    assert (now.read_seq, now.unread) == (4, 0)
    await eventually(lambda: len(bodies(parley, "member.added")) == 2)
    added = bodies(parley, "member.added")[-1]
    assert (added["from_seq"], added["read_seq"]) == (0, 4)
    await update(parley, key, history="joined", member_ids=["grace", "linus"])  # together: as it is from then on
    assert [one.seq for one in await listed(parley, "linus", key)] == [5]
    assert (await seen(parley, "ada", key)).history is None
    for name, request in (
        ("group.update", UpdateGroup(conversation_id=key, history="all")),
        ("group.create", CreateGroup(name="Shift", member_ids=[], history="")),
    ):
        assert await parley.refusal("ada", name, request, "user") == "invalid"


async def test_an_admin_deletes_one_and_nobody_edits_it(parley: House) -> None:
    key = await create(parley, "grace", "linus")
    await update(parley, key, name="A bad name")
    deletion = DeleteMessage(conversation_id=key, seq=1)
    assert await parley.refusal("ada", "message.delete", deletion, "user") == "forbidden"
    gone = (await parley.ask("grace", "message.delete", deletion, "admin")).message
    assert (gone.text, gone.change, gone.sender_id, gone.deleted_by) == ("", None, "ada", "grace")
    await update(parley, key, name="Night")
    assert [one.text for one in await listed(parley, "linus", key)] == ["", 'The group is now called "Night".']


async def test_changes_and_messages_at_once(parley: House) -> None:
    """The messages of changes have the order of the changes, and no number is missing."""
    key = await create(parley, "grace")
    sends = [parley.send("grace", key, f"c{number}") for number in range(60)]
    changes = [update(parley, key, name=f"Shift {number}") for number in range(10)]
    await asyncio.gather(*sends, *changes)
    page = await listed(parley, "grace", key)
    assert [one.seq for one in page] == list(range(1, 71))
    names = [one.change.name for one in page if one.change is not None]
    assert sorted(names, key=str) == sorted((f"Shift {number}" for number in range(10)), key=str)
    await eventually(lambda: told(parley).count("group.updated") == 10)
    assert [body["conversation"]["name"] for body in bodies(parley, "group.updated")] == names
    assert (await seen(parley, "ada", key)).name == names[-1]


DEATHS: dict[str, tuple[type[Any], str, bool]] = {
    "before its message": (MongoMessages, "insert", False),
    "after its message": (MongoMessages, "insert", True),
    "before those who come": (MongoMemberships, "insert", False),
    "after those who come": (MongoMemberships, "insert", True),
    "before those who go": (MongoMemberships, "leave", False),
    "after those who go": (MongoMemberships, "leave", True),
    "before its end": (MongoConversations, "complete", False),
    "after its end": (MongoConversations, "complete", True),
}


@pytest.mark.parametrize("when", DEATHS)
async def test_whoever_changes_a_group_dies(parley: House, monkeypatch: pytest.MonkeyPatch, when: str) -> None:
    """At each step: what it began is done once, by a sweep of the others."""
    key = await create(parley, "grace", "linus")
    store, name, is_after = DEATHS[when]
    step, deaths = getattr(store, name), [when]

    async def die(self: Any, *given: Any) -> Any:
        if not deaths:
            return await step(self, *given)
        if is_after:
            await step(self, *given)
        raise RuntimeError(f"dead {deaths.pop()}")

    monkeypatch.setattr(store, name, die)
    request = UpdateGroup(conversation_id=key, name="Night", member_ids=["grace", "barbara"])
    assert await parley.refusal("ada", "group.update", request, "user") in ("internal", "unavailable")
    await eventually(lambda: "group.updated" in told(parley))
    assert deaths == []
    after = await parley.send("barbara", key, "after")
    assert [(one.seq, one.change is None) for one in await listed(parley, "grace", key)] == [(1, False), (2, True)]
    assert await listed(parley, "barbara", key) == await listed(parley, "grace", key)
    now = await seen(parley, "ada", key)
    assert (now.name, now.member_ids, now.version, now.last_seq) == ("Night", ["ada", "barbara", "grace"], 2, 2)
    await eventually(lambda: parley.sent()[-1:] == [after])
    assert [told(parley).count(one) for one in ("message.sent", "member.added", "member.removed")] == [2, 4, 1]


async def test_messengers_are_killed_while_they_change_groups(tmp_path: Path) -> None:
    """SIGKILL, again and again, of one of two processes."""
    chance = Random(7)
    async with house(tmp_path, messengers=1) as parley:
        keys = [await create(parley, "grace") for _ in range(4)]
        changed = 0
        is_over = False

        async def keep_changing(key: str) -> None:
            nonlocal changed
            number = 0
            while not is_over:
                number += 1
                people = chance.sample(["grace", "linus", "barbara", "edsger"], 2)
                request = UpdateGroup(conversation_id=key, name=f"Shift {number}", member_ids=people)
                changed += await parley.refusal("ada", "group.update", request, "user") == ""

        changing = [asyncio.create_task(keep_changing(key)) for key in keys]
        for number in range(6):
            process = await another_messenger(parley, tmp_path / f"messenger-{number}.log")
            await asyncio.sleep(chance.uniform(0.3, 0.9))  # somewhere in the middle of something
            os.kill(process.pid, signal.SIGKILL)
            await process.wait()
        is_over = True
        await asyncio.gather(*changing)
        await eventually(lambda: _is_settled(parley), 30)
        assert changed > len(keys)
        for key in keys:
            now = await seen(parley, "ada", key)
            page = await every_message(parley, key)
            assert [one.seq for one in page] == list(range(1, (now.version or 0)))
            assert page[-1].change is not None
            members = {"ada", "grace"}
            for one in page:
                assert one.change is not None
                members = members - set(one.change.removed or ()) | set(one.change.added or ())
            assert now.member_ids == sorted(members)
        await eventually(lambda: len({one.id for one in parley.told if one.name == "messenger.message.sent"}) > changed)


async def every_message(parley: House, key: str) -> list[Message]:
    page: list[Message] = []
    while True:
        after = page[-1].seq if page else 0
        request = ListMessages(conversation_id=key, limit=200, after_seq=after)
        more = (await parley.ask("ada", "message.list", request)).messages
        if not more:
            return page
        page += more


async def _is_all_told(parley: House) -> bool:
    return not await parley.database["memberships"].count_documents({"outbox.at": {"$gt": ""}})


async def _is_settled(parley: House) -> bool:
    return not await parley.database["conversations"].count_documents({"change": {"$ne": None}})


async def another_messenger(parley: House, log: Path) -> asyncio.subprocess.Process:
    """A process of its own, ready to answer."""
    environ = {**os.environ, **parley.environ, "PARLEY_INSTANCE": log.stem, "PARLEY_OPS_PORT": "0"}
    with log.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "services.messenger", env=environ, stdout=file, stderr=file
        )
    await eventually(lambda: "part.ready" in log.read_text())
    return process


async def test_5_000_members_come_and_go(parley: House) -> None:
    people = [f"extra_{number}" for number in range(4_999)]
    key = await create(parley)
    took = {}
    steps: list[tuple[str, Callable[[], Awaitable[Conversation]]]] = [
        ("all come", lambda: update(parley, key, member_ids=people)),
        ("a name", lambda: update(parley, key, name="Night")),
        ("all but one go", lambda: update(parley, key, member_ids=people[:1])),
    ]
    for what, step in steps:
        began = monotonic()
        await step()
        took[what] = monotonic() - began
        # the next change would wait until all are told of this one
        await eventually(lambda: _is_all_told(parley), 60)
    print("\n5,000 members:", ", ".join(f"{what} {seconds:.2f} s" for what, seconds in took.items()))
    page = await listed(parley, people[0], key)
    counts = [(one.change.added_count, one.change.removed_count) for one in page if one.change is not None]
    assert counts == [(4_999, None), (None, None), (None, 4_998)]
    assert page[0].change is not None
    assert len(page[0].change.added or ()) == 50
    feed = (await parley.ask("", "feed.load", LoadFeeds(user_ids=[people[-1]]))).feeds[0]
    assert [lost.reason for lost in feed.lost] == ["removed"]
    await eventually(lambda: told(parley).count("member.removed") == 4_998, 60)
    assert told(parley).count("member.added") == 5_000
    first = told(parley).index("member.removed")
    assert told(parley)[:first].count("message.sent") == 3


async def test_the_next_change_does_not_wait_until_all_members_are_told(
    parley: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """5,000 were told of the first one before the next could begin, several times over, by whoever found it not told
    yet: on a busy machine the next came too late, and was refused. And sweeps told it before all members were told."""
    people = [f"extra_{number}" for number in range(999)]
    key = await create(parley)
    real = Bus.tell

    async def slowly(self: Bus, fact: Fact) -> None:
        """As to five times as many on a busy machine: six seconds for all."""
        if fact.type.startswith("messenger.member."):
            await asyncio.sleep(1.5)
        await real(self, fact)

    monkeypatch.setattr(Bus, "tell", slowly)
    await update(parley, key, member_ids=people)
    assert (await update(parley, key, name="Night")).version == 3
    request = UpdateGroup(conversation_id=key, member_ids=people[:1])
    assert await parley.refusal("ada", "group.update", request, "user") == "unavailable"

    async def is_accepted() -> bool:
        return not await parley.refusal("ada", "group.update", request, "user")

    await eventually(is_accepted, 60)
    await eventually(lambda: told(parley).count("group.updated") == 3, 60)
    heard = told(parley)
    all_come, renamed, all_gone = (at for at, name in enumerate(heard) if name == "group.updated")
    assert heard[:all_come].count("member.added") == 1_000
    assert heard[renamed:all_gone].count("member.removed") == 998


async def test_whoever_was_removed_hears_nothing_that_is_said_after_the_answer(
    parley: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was answered before it was told: what was said just then could reach them."""
    key = await create(parley, "grace", "linus")
    real = Bus.tell

    async def slowly(self: Bus, fact: Fact) -> None:
        if fact.type == "messenger.member.removed":
            await asyncio.sleep(0.2)
        await real(self, fact)

    monkeypatch.setattr(Bus, "tell", slowly)
    await update(parley, key, member_ids=["linus"])
    await parley.send("linus", key, "Now that she is gone")
    await eventually(lambda: told(parley).count("message.sent") == 2)
    heard = [name for name in told(parley) if name not in ("member.added", "conversation.read")]
    assert heard == ["group.created", "message.sent", "member.removed", "group.updated", "message.sent"]


async def test_of_a_large_change_few_pieces_are_written_at_once(parley: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine all of ten at once took longer than a store is waited for, again and again."""
    key = await create(parley)
    at_once, most = 0, 0

    def counted(name: str) -> None:
        real = getattr(MongoMemberships, name)

        async def write(self: MongoMemberships, *given: Any) -> None:
            nonlocal at_once, most
            at_once += 1
            most = max(most, at_once)
            try:
                await real(self, *given)
            finally:
                at_once -= 1

        monkeypatch.setattr(MongoMemberships, name, write)

    for name in ("insert", "leave"):
        counted(name)
    monkeypatch.setattr(finish_change, "CHUNK", 10)
    people = [f"extra_{number}" for number in range(60)]
    await update(parley, key, member_ids=people)
    assert most == 2
    most = 0
    await eventually(lambda: _is_all_told(parley), 60)
    await update(parley, key, member_ids=[])
    assert most == 2


def test_nobody_can_take_the_place_of_one() -> None:
    """Its id is not one that a message of a person can have."""
    assert change_message_id("g_1", 2) not in {message_id("g_1", who, "2") for who in ("ada", "2", "parley")}
