"""What a conversation is to each of its members alone: muted, pinned, told to their own devices and shown to nobody else."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chassis.bus import Bus
from chassis.settings import Settings
from contracts.everything import ASKS
from contracts.limits import PINNED_MAX
from contracts.messenger import (
    Behind,
    ConversationUpdated,
    CreateGroup,
    GetConversation,
    ListBehind,
    ListConversations,
    ReadConversation,
    UpdateConversation,
    UpdateGroup,
)
from contracts.table import Nothing
from contracts.things import Conversation
from services.messenger.actions import list_behind
from tests.kit.waiting import eventually
from tests.services.messenger.house import House, house
from tests.services.messenger.many import groups


@pytest.fixture
async def parley(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as made:
        yield made


async def update(parley: House, who: str, key: str, **fields: Any) -> Conversation:
    request = UpdateConversation(conversation_id=key, **fields)
    answer: Conversation = (await parley.ask(who, "conversation.update", request)).conversation
    return answer


def told(parley: House) -> list[tuple[str, bool, bool, int]]:
    all_told = [each for each in parley.told if each.name == "messenger.conversation.updated"]
    bodies = [msgspec.json.decode(each.data, type=ConversationUpdated) for each in all_told]
    return [(body.user_id, body.muted, body.pinned, body.version) for body in bodies]


async def test_it_is_told_once_and_shown_to_whom_it_concerns(parley: House) -> None:
    key = (await parley.send("ada", "grace", "a")).conversation_id
    for fields in ({"muted": True}, {"pinned": True}, {"muted": True, "pinned": True}, {}, {"muted": False}):
        shown = await update(parley, "grace", key, **fields)
    assert (shown.muted, shown.pinned, shown.name, shown.unread) == (None, True, "Ada", 1)
    await eventually(lambda: len(told(parley)) == 3)
    assert told(parley) == [("grace", True, False, 1), ("grace", True, True, 2), ("grace", False, True, 3)]
    get = GetConversation(conversation_id=key)
    seen = (await parley.ask("grace", "conversation.get", get)).conversation
    listed = (await parley.ask("grace", "conversation.list", ListConversations())).conversations[0]
    snapshot = (await parley.ask("grace", "feed.snapshot", Nothing())).conversations[0]
    assert [one.pinned for one in (seen, listed, snapshot)] == [True] * 3
    others = (await parley.ask("ada", "conversation.get", get)).conversation
    assert (others.muted, others.pinned) == (None, None)
    request = UpdateConversation(conversation_id=key, pinned=True)
    assert await parley.refusal("linus", "conversation.update", request, "admin") == "not_found"


async def test_muting_moves_no_marker(parley: House) -> None:
    key = (await parley.send("ada", "grace", "a")).conversation_id
    await asyncio.gather(*(update(parley, "ada", key, muted=bool(n % 2)) for n in range(6)))
    seen = (await parley.ask("ada", "conversation.get", GetConversation(conversation_id=key))).conversation
    assert (seen.read_version, seen.unread) == (0, 0)


async def test_no_more_are_pinned_however_many_devices_pin_at_once(parley: House) -> None:
    keys = sorted(await groups(parley.database, PINNED_MAX + 8, ["grace"]))
    for key in keys[: PINNED_MAX - 4]:
        await update(parley, "grace", key, pinned=True)
    pins = [UpdateConversation(conversation_id=key, pinned=True) for key in keys[PINNED_MAX - 4 :]]
    codes = await asyncio.gather(*(parley.refusal("grace", "conversation.update", pin) for pin in pins))
    assert sorted(codes) == [""] * 4 + ["conflict"] * 8
    assert await parley.database["memberships"].count_documents({"pin": {"$gte": 0}}) == PINNED_MAX
    await update(parley, "grace", keys[0], pinned=False)
    refused = keys[PINNED_MAX - 4 + codes.index("conflict")]
    assert (await update(parley, "grace", refused, pinned=True)).pinned


async def test_what_is_pinned_is_in_every_snapshot(parley: House) -> None:
    """However old, however much is unread, and still in the order of the last messages."""
    keys = sorted(await groups(parley.database, 700, ["grace", *(f"m{n:02d}{'x' * 57}" for n in range(49))]))
    oldest = keys[:5]
    for key in oldest:
        await update(parley, "grace", key, pinned=True)
    snapshot = await parley.ask("grace", "feed.snapshot", Nothing())
    shown = [one.conversation_id for one in snapshot.conversations]
    assert [one.conversation_id for one in snapshot.conversations if one.pinned] == oldest[::-1]
    assert shown == sorted(shown, reverse=True)
    seen, cursor = set(shown), snapshot.next_cursor
    while cursor is not None:
        page = await parley.ask("grace", "conversation.list", ListConversations(limit=200, cursor=cursor))
        seen |= {one.conversation_id for one in page.conversations}
        cursor = page.next_cursor
    assert seen == set(keys)


async def test_it_ends_when_they_leave(parley: House) -> None:
    make = CreateGroup(name="Shift", member_ids=["grace"])
    key = (await parley.ask("ada", "group.create", make, "user")).conversation.conversation_id
    await update(parley, "grace", key, muted=True, pinned=True)
    for members in ([], ["grace"]):
        await parley.ask("ada", "group.update", UpdateGroup(conversation_id=key, member_ids=members), "user")
    seen = (await parley.ask("grace", "conversation.get", GetConversation(conversation_id=key))).conversation
    assert (seen.muted, seen.pinned) == (None, None)
    assert not await parley.database["memberships"].count_documents({"pin": {"$gte": 0}})
    await update(parley, "grace", key, muted=True)
    await eventually(lambda: told(parley) == [("grace", True, True, 1), ("grace", True, False, 2)])


async def test_who_is_behind_is_told_to_a_part_page_by_page(parley: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not who has read it, muted it, joined after it, or said it."""
    monkeypatch.setattr(list_behind, "PAGE", 2)
    members = ["grace", "linus", "barbara", "edsger", "extra_1"]
    group = CreateGroup(name="Tea", member_ids=members)
    key = (await parley.ask("ada", "group.create", group, "user")).conversation.conversation_id
    said = await parley.send("ada", key, "a")
    await update(parley, "linus", key, muted=True)
    await parley.ask("grace", "conversation.read", ReadConversation(conversation_id=key, seq=said.seq))
    later = UpdateGroup(conversation_id=key, member_ids=[*members, "extra_2"])
    await parley.ask("ada", "group.update", later, "user")
    of = Settings(
        instance="n", nats_url=parley.nats.url, nats_user="notifier", nats_password=parley.nats.passwords["notifier"]
    )
    notifier = await Bus.connect(of, "notifier")
    ask, request = ASKS["member.behind"], ListBehind(conversation_id=key, seq=said.seq)
    first: Behind = await notifier.ask(ask, request)
    rest: Behind = await notifier.ask(ask, msgspec.structs.replace(request, cursor=first.next_cursor))
    await notifier.drain()
    assert (first.user_ids, rest) == (["barbara", "edsger"], Behind(user_ids=["extra_1"]))
