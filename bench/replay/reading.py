"""A random half of the people read everything they have."""

from __future__ import annotations

import random

from bench.replay.cast import Cast
from bench.replay.crowd import each
from tests.kit.history import Body
from tests.kit.person import Person

READERS_AT_A_TIME = 16


async def half_read(cast: Cast, chance: random.Random) -> set[str]:
    """The names of those who read, whose every marker is then at the last message."""
    names = chance.sample(list(cast.people), len(cast.people) // 2)
    await each("people who read", [cast.people[name] for name in names], _read_all, READERS_AT_A_TIME)
    return set(names)


async def _read_all(person: Person) -> None:
    for conversation in await _listed(person):
        if conversation["unread"]:
            key, seq = conversation["conversation_id"], conversation["last_seq"]
            await person.ask_until_answered("conversation.read", conversation_id=key, seq=seq)


async def _listed(person: Person) -> list[Body]:
    page = await person.ask_until_answered("conversation.list")
    listed: list[Body] = page["conversations"]
    while "next_cursor" in page:
        page = await person.ask_until_answered("conversation.list", cursor=page["next_cursor"])
        listed = listed + page["conversations"]
    return listed
