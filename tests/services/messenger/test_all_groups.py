"""Every group there is, for administrators: found by name, page by page, and no word of what was said in them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from contracts.messenger import (
    CreateGroup,
    DeleteGroup,
    GetConversation,
    GroupList,
    ListGroups,
    ListMembers,
    ListMessages,
    UpdateGroup,
)
from services.messenger.actions import list_groups
from services.messenger.domain.ids import direct_id
from tests.kit.waiting import eventually
from tests.services.messenger.house import House, house

SECRET = "The vault opens at nine"


@pytest.fixture
async def parley(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path, messengers=1) as made:
        yield made


async def create(parley: House, name: str, *members: str) -> str:
    request = CreateGroup(name=name, member_ids=list(members))
    answer = await parley.ask("ada", "group.create", request, "user")
    return str(answer.conversation.conversation_id)


async def listed(parley: House, **wanted: Any) -> GroupList:
    found: GroupList = await parley.ask("linus", "group.list", ListGroups(**wanted), "admin")
    return found


async def test_an_admin_sees_every_group_and_nothing_of_what_was_said(parley: House) -> None:
    night, day = await create(parley, "Night shift", "grace"), await create(parley, "Day shift")
    said = await parley.send("grace", night, "a", SECRET)
    await eventually(lambda: said in parley.sent())
    found = await listed(parley)
    assert [(one.conversation_id, one.name, one.owner_id, one.member_count) for one in found.groups] == [
        (night, "Night shift", "ada", 2),
        (day, "Day shift", "ada", 1),
    ]
    assert found.groups[0].last_at == said.sent_at and found.next_cursor is None
    assert SECRET.encode() not in msgspec.json.encode(found)


async def test_others_are_refused(parley: House) -> None:
    key = await create(parley, "Night shift")
    for role in ("agent", "user"):
        assert await parley.refusal("linus", "group.list", ListGroups(), role) == "forbidden"
        assert await parley.refusal("linus", "member.list", ListMembers(conversation_id=key), role) == "not_found"


async def test_an_admin_changes_a_group_without_reading_it(parley: House) -> None:
    key = await create(parley, "Night shift", "grace")
    await parley.send("grace", key, "a", SECRET)
    members = await parley.ask("linus", "member.list", ListMembers(conversation_id=key), "admin")
    assert (members.member_ids, members.readers) == (["ada", "grace"], None)
    for name, request in (
        ("message.list", ListMessages(conversation_id=key)),
        ("conversation.get", GetConversation(conversation_id=key)),
    ):
        assert await parley.refusal("linus", name, request, "admin") == "not_found"
    update = UpdateGroup(conversation_id=key, name="Late shift", member_ids=["grace", "barbara"])
    changed = await parley.ask("linus", "group.update", update, "admin")
    assert SECRET.encode() not in msgspec.json.encode(changed)
    assert [(one.name, one.member_count) for one in (await listed(parley)).groups] == [("Late shift", 3)]
    await parley.ask("linus", "group.delete", DeleteGroup(conversation_id=key), "admin")
    assert (await listed(parley)).groups == []


async def test_members_of_a_direct_conversation_are_nobody_elses(parley: House) -> None:
    await parley.send("ada", "grace", "a", SECRET)
    request = ListMembers(conversation_id=direct_id("ada", "grace"))
    assert await parley.refusal("linus", "member.list", request, "admin") == "not_found"
    assert (await listed(parley)).groups == []


async def test_pages_have_every_group_once_however_far_it_is_looked(
    parley: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that ends because enough groups were looked at has a next one, though nothing was found."""
    monkeypatch.setattr(list_groups, "WALK", 3)
    monkeypatch.setattr(list_groups, "WALKED_MAX", 6)
    keys = [await create(parley, f"Shift {number}") for number in range(10)]
    deepest = await create(parley, "Crème brûlée")
    await parley.database["conversations"].update_one(
        {"_id": deepest}, {"$set": {"last_at": "2020-01-01T00:00:00.000Z"}}
    )
    for q, limit, wanted in ((None, 2, [*keys, deepest]), ("creme BRULEE", 5, [deepest]), ("shift", 4, keys)):
        seen: list[str] = []
        pages, cursor = 0, None
        while pages == 0 or cursor is not None:
            page = await listed(parley, q=q, limit=limit, cursor=cursor)
            assert len(page.groups) <= limit
            seen += [one.conversation_id for one in page.groups]
            pages, cursor = pages + 1, page.next_cursor
        assert sorted(seen) == sorted(wanted) and pages > 1


@pytest.mark.parametrize("wanted", [{"limit": 0}, {"limit": 201}, {"cursor": "x"}, {"cursor": ""}])
async def test_what_makes_no_sense_is_invalid(parley: House, wanted: dict[str, Any]) -> None:
    assert await parley.refusal("linus", "group.list", ListGroups(**wanted), "admin") == "invalid"
