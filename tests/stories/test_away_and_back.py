"""Whoever was away is told what they missed, in order and once; or, too far behind, is given a snapshot that is right."""

import os
import signal
from collections.abc import Callable, Iterator
from typing import Any

import aiohttp
import pytest

from tests.kit.history import Body
from tests.kit.person import Person
from tests.kit.told import messages_told, told_of, until_unread
from tests.kit.waiting import eventually
from tests.stories.conftest import Enter, Running

MEMORY, BOUND = 20, 120
NEAR, FAR, TOO_FAR = 5, 60, 150
"""Messages missed: the gateway remembers them; it must read the stream; it must not."""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(
        tmp_path_factory.mktemp("away"),
        GATEWAYS="2",
        PARLEY_MEMORY_EVENTS_MAX=str(MEMORY),
        PARLEY_RESUME_EVENTS_MAX=str(BOUND),
    )
    yield running
    running.stop()


async def say(sender: Person, to: Person, count: int) -> list[Body]:
    return [await sender.send(to={"user_id": to.user_id}, text=f"meanwhile {number}") for number in range(count)]


async def come_back(person: Person, conversation_id: str) -> list[str]:
    """What they are told of the conversation by the time they are live again."""
    before = len(told_of(person, conversation_id))
    await person.connect()
    return [name for name, _ in told_of(person, conversation_id)[before:]]


@pytest.mark.parametrize("missed", [NEAR, FAR])
@pytest.mark.parametrize("returns_to", [0, 1])
async def test_what_was_missed_follows(enter: Enter, missed: int, returns_to: int) -> None:
    marco, elena = await enter("marco"), await enter("elena")
    await marco.send(to={"user_id": elena.user_id}, text="before")
    await elena.eventually(lambda: elena.pushes("message.sent"))
    await elena.leave()
    sent = await say(marco, elena, missed)
    for _ in range(returns_to):
        elena.move_on()
    await elena.connect()
    assert elena.pushes("ready")[-1]["recovered"] is True
    assert "snapshot" not in elena.pushes("ready")[-1]
    assert [push["message"] for push in elena.pushes("message.sent")][-missed:] == sent
    await elena.eventually(lambda: elena.pushes("unread")[-1]["conversations"][0]["unread"] >= missed)


async def test_too_far_behind_is_a_snapshot(enter: Enter) -> None:
    marco, elena, sofia = await enter("marco"), await enter("elena"), await enter("sofia")
    await marco.send(to={"user_id": elena.user_id}, text="before")
    await elena.eventually(lambda: elena.pushes("message.sent"))
    other = await sofia.send(to={"user_id": elena.user_id}, text="another conversation")
    await elena.eventually(lambda: messages_told(elena, other["conversation_id"]))
    await elena.ask("conversation.read", conversation_id=other["conversation_id"], seq=other["seq"])
    await elena.leave()
    sent = await say(marco, elena, TOO_FAR)
    await elena.connect()
    ready = elena.pushes("ready")[-1]
    assert ready["recovered"] is False
    listed = {each["conversation_id"]: each for each in ready["snapshot"]["conversations"]}
    told = listed[sent[-1]["conversation_id"]]
    assert told["last_message"] == sent[-1]
    assert told["unread"] >= TOO_FAR
    assert listed[other["conversation_id"]]["unread"] == 0
    assert ready["snapshot"]["unread"]["total"] == sum(each["unread"] for each in listed.values())
    assert not [m for m in messages_told(elena, told["conversation_id"]) if m["seq"] == sent[0]["seq"]]


@pytest.mark.parametrize("missed", [NEAR, FAR])
async def test_who_is_added_meanwhile_is_told_from_there_on(enter: Enter, missed: int) -> None:
    sofia, marco, elena = await enter("sofia"), await enter("marco"), await enter("elena")
    await marco.leave()
    group = (await sofia.ask("group.create", name="Before", member_ids=[elena.user_id]))["conversation"]
    key = group["conversation_id"]
    await sofia.send(to={"conversation_id": key}, text="not for Marco")
    await sofia.ask("group.update", conversation_id=key, name="Renamed before he came")
    members = [elena.user_id, marco.user_id]
    await sofia.ask("group.update", conversation_id=key, member_ids=members)
    sent = [await sofia.send(to={"conversation_id": key}, text="welcome") for _ in range(3)]
    await say(sofia, elena, missed)
    told = await come_back(marco, key)
    assert marco.pushes("ready")[-1]["recovered"] is True
    assert told[0] == "group.created"
    assert messages_told(marco, key) == sent
    await until_unread(marco, key, len(sent))
    listed = await marco.ask("message.list", conversation_id=key)
    added, *since = listed["messages"]  # that he was added is history for him, and read
    assert added["change"]["added"] == [marco.user_id]
    assert since == sent


@pytest.mark.parametrize("missed", [NEAR, FAR])
@pytest.mark.parametrize("other_device", [False, True])
async def test_who_is_removed_meanwhile_is_told_that_only(enter: Enter, missed: int, other_device: bool) -> None:
    sofia, marco, elena = await enter("sofia"), await enter("marco"), await enter("elena")
    if other_device:
        await enter("marco")
    group = (await sofia.ask("group.create", name="Lost", member_ids=[elena.user_id, marco.user_id]))["conversation"]
    key = group["conversation_id"]
    await marco.eventually(lambda: told_of(marco, key))
    await marco.leave()
    await sofia.send(to={"conversation_id": key}, text="while he was a member")
    await sofia.ask("group.update", conversation_id=key, name="Renamed", member_ids=[elena.user_id])
    await sofia.send(to={"conversation_id": key}, text="after he was removed")
    await say(sofia, elena, missed)
    assert await come_back(marco, key) == ["group.deleted"]
    assert marco.pushes("ready")[-1]["recovered"] is True
    assert marco.pushes("group.deleted")[-1]["reason"] == "removed"


@pytest.mark.parametrize("missed", [NEAR, FAR])
async def test_a_group_deleted_meanwhile_is_told_once(enter: Enter, missed: int) -> None:
    sofia, marco, elena = await enter("sofia"), await enter("marco"), await enter("elena")
    group = (await sofia.ask("group.create", name="Gone", member_ids=[elena.user_id, marco.user_id]))["conversation"]
    key = group["conversation_id"]
    await marco.eventually(lambda: told_of(marco, key))
    await marco.leave()
    await sofia.send(to={"conversation_id": key}, text="never mind")
    await sofia.ask("group.delete", conversation_id=key)
    await say(sofia, elena, missed)
    assert await come_back(marco, key) == ["group.deleted"]
    assert marco.pushes("group.deleted")[-1]["reason"] == "deleted"


async def test_removed_and_then_deleted_is_one_farewell(enter: Enter) -> None:
    sofia, marco = await enter("sofia"), await enter("marco")
    group = (await sofia.ask("group.create", name="Twice", member_ids=[marco.user_id]))["conversation"]
    key = group["conversation_id"]
    await marco.eventually(lambda: told_of(marco, key))
    await marco.leave()
    await sofia.ask("group.update", conversation_id=key, member_ids=[])
    await sofia.ask("group.delete", conversation_id=key)
    assert await come_back(marco, key) == ["group.deleted"]


async def test_after_the_farewell_there_is_nothing_of_it(enter: Enter) -> None:
    sofia, marco = await enter("sofia"), await enter("marco")
    group = (await sofia.ask("group.create", name="Forgotten", member_ids=[marco.user_id]))["conversation"]
    key = group["conversation_id"]
    await marco.eventually(lambda: told_of(marco, key))
    await sofia.ask("group.update", conversation_id=key, member_ids=[])
    await marco.eventually(lambda: marco.pushes("group.deleted"))
    await marco.leave()
    await sofia.ask("group.delete", conversation_id=key)
    assert await come_back(marco, key) == []


async def test_removed_and_added_again_starts_anew(enter: Enter) -> None:
    sofia, marco = await enter("sofia"), await enter("marco")
    group = (await sofia.ask("group.create", name="Back", member_ids=[marco.user_id]))["conversation"]
    key = group["conversation_id"]
    await marco.eventually(lambda: told_of(marco, key))
    await marco.leave()
    await sofia.ask("group.update", conversation_id=key, member_ids=[])
    await sofia.send(to={"conversation_id": key}, text="behind his back")
    await sofia.ask("group.update", conversation_id=key, member_ids=[marco.user_id])
    sent = await sofia.send(to={"conversation_id": key}, text="there you are")
    told = await come_back(marco, key)
    assert "group.created" in told
    assert told[-1] != "group.deleted"
    assert messages_told(marco, key) == [sent]


async def test_a_gateway_is_lost_and_the_other_goes_on(cluster: Running, enter: Enter) -> None:
    elena, marco = await enter("elena", first_gateway=0), await enter("marco", first_gateway=1)
    before = await marco.send(to={"user_id": elena.user_id}, text="before")
    await elena.eventually(lambda: elena.pushes("message.sent"))
    os.kill(cluster.pid("gateway-1"), signal.SIGKILL)
    sent = await say(marco, elena, NEAR)
    await elena.eventually(lambda: len(elena.pushes("ready")) > 1, 20.0)
    await elena.eventually(lambda: messages_told(elena, before["conversation_id"])[-NEAR:] == sent)
    assert elena.pushes("ready")[-1]["recovered"] is True
    await until_usable(cluster.urls[0])


async def test_a_gateway_that_drains_says_so_before_and_after(cluster: Running, enter: Enter) -> None:
    elena, marco = await enter("elena", first_gateway=0), await enter("marco", first_gateway=1)
    os.kill(cluster.pid("gateway-1"), signal.SIGTERM)
    await elena.eventually(lambda: elena.pushes("connection.warning"))
    assert elena.pushes("connection.warning")[-1]["code"] == "draining"
    sent = await say(marco, elena, NEAR)
    await elena.eventually(lambda: len(elena.pushes("ready")) > 1, 20.0)
    await elena.eventually(lambda: [p["message"] for p in elena.pushes("message.sent")][-NEAR:] == sent)
    assert elena.pushes("ready")[-1]["recovered"] is True
    assert elena.pushes("ready")[-1].get("last_ending") == "draining"
    await until_usable(cluster.urls[0])


async def until_usable(url: str) -> None:
    async def is_ready() -> bool:
        try:
            async with aiohttp.ClientSession() as http, http.get(f"{url}/readyz") as response:
                return response.status == 200
        except aiohttp.ClientError:
            return False

    asked: Callable[[], Any] = is_ready
    await eventually(asked, 20.0)
