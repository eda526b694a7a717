"""People are put into a group in which others talk without pause: all that comes after they joined reaches them, once."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.kit.person import Person
from tests.kit.told import messages_told, told_of, until_unread
from tests.stories.conftest import Enter

GROUPS = 6
EVERY_S = 0.03
"""One message of each talker: three make 100 a second, and each stays below the fifty asks a second that everyone has."""


@pytest.mark.parametrize("seed", [20_260, 20_261])
async def test_all_from_then_on(enter: Enter, seed: int) -> None:
    """What was committed between reading `last_seq` and telling `member.added` came before it, and reached nobody new."""
    chance = random.Random(seed)
    talkers = [await enter("sofia"), await enter("elena"), await enter("admin")]
    joiners = [await enter("marco"), await enter("jonas")]
    for number in range(GROUPS):
        key = await _group(talkers, f"Busy {number}")
        member_ids = [one.user_id for one in talkers]
        async with _talking(talkers, key, chance):
            for joiner in joiners:
                await asyncio.sleep(chance.uniform(0.2, 0.4))
                member_ids.append(joiner.user_id)
                await talkers[0].ask("group.update", conversation_id=key, member_ids=member_ids)
            await asyncio.sleep(chance.uniform(0.2, 0.4))
        for joiner in joiners:
            await _has_all_since(joiner, key)


async def _has_all_since(joiner: Person, key: str) -> None:
    """What was said since they joined is what they were told, once each and in order, and all of it is unread."""
    conversation = (await joiner.ask("conversation.get", conversation_id=key))["conversation"]
    since, last_seq = conversation["read_seq"], conversation["last_seq"]
    assert 0 < since < last_seq, "nobody talked"
    first = (await joiner.ask("message.list", conversation_id=key, after_seq=0, limit=1))["messages"][0]
    assert first["change"]["added"] == [joiner.user_id], "history begins with what says that they joined"
    assert first["seq"] <= since
    await joiner.eventually(
        lambda: len(messages_told(joiner, key)) >= last_seq - since,
        what=f"{joiner.login} is told of {last_seq - since} messages",
    )
    assert [message["seq"] for message in messages_told(joiner, key)] == list(range(since + 1, last_seq + 1))
    assert told_of(joiner, key)[0][0] == "group.created"
    await until_unread(joiner, key, last_seq - since)


async def _group(talkers: list[Person], name: str) -> str:
    member_ids = [one.user_id for one in talkers]
    made = await talkers[0].ask("group.create", name=name, member_ids=member_ids, writing_enabled=True)
    key: str = made["conversation"]["conversation_id"]
    return key


@asynccontextmanager
async def _talking(talkers: list[Person], key: str, chance: random.Random) -> AsyncIterator[None]:
    """At the end each has finished what they were saying."""
    enough = asyncio.Event()

    async def talk(one: Person) -> None:
        async with asyncio.TaskGroup() as saying:
            number = 0
            while not enough.is_set():
                number += 1
                saying.create_task(one.send(to={"conversation_id": key}, text=f"{one.login} says {number}"))
                await asyncio.sleep(EVERY_S * chance.uniform(0.5, 1.5))

    async with asyncio.TaskGroup() as group:
        for one in talkers:
            group.create_task(talk(one))
        try:
            yield
        finally:
            enough.set()
