"""What people do meanwhile: all that can be done to conversations, each at a pace of their own, until it is enough."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager

from bench.replay.cast import Cast
from tests.kit.history import Body
from tests.kit.person import Person
from tests.kit.refusal import Refused

PAUSE_S = (0.05, 0.4)
PATIENCE_S = 90.0
EXPECTED = ("conflict", "not_found", "forbidden")
"""What others' doings may make of one's own: a group that is being changed, a membership that has ended."""


class Talk:
    """Everyone of the cast talks in the group and to each other; the admin changes who belongs, and its name."""

    def __init__(self, cast: Cast, chance: random.Random) -> None:
        self._cast = cast
        self._chance = chance
        self._people = list(cast.people.values())
        self._regulars = self._people[: len(self._people) // 2]
        """They are never removed from the group."""
        self._enough = asyncio.Event()
        self.sent: list[Body] = []

    async def run(self) -> None:
        """Until `end`; each finishes what they began, however long the cluster takes."""
        async with asyncio.TaskGroup() as group:
            for person in self._people:
                group.create_task(self._talk(person, random.Random(self._chance.random())))
            group.create_task(self._lead(random.Random(self._chance.random())))

    def end(self) -> None:
        self._enough.set()

    async def _talk(self, person: Person, chance: random.Random) -> None:
        mine: list[Body] = []
        others = [one for one in self._people if one is not person]
        while not self._enough.is_set():
            await asyncio.sleep(chance.uniform(*PAUSE_S))
            with _as_expected():
                await self._do_something(person, mine, others, chance)

    async def _do_something(
        self, person: Person, mine: list[Body], others: list[Person], chance: random.Random
    ) -> None:
        match chance.choices(
            ("say", "tell", "edit", "delete", "read", "mark", "mute", "come"), (8, 4, 2, 1, 3, 1, 1, 1)
        )[0]:
            case "say" if person in self._regulars:
                mine.append(await self._send(person, {"conversation_id": self._cast.group_id}, chance))
            case "say" | "tell":
                mine.append(await self._send(person, {"user_id": chance.choice(others).user_id}, chance))
            case "edit" if mine:
                await _ask(person, "message.edit", mine[-1], text=f"rather {chance.random()}")
            case "delete" if mine:
                await _ask(person, "message.delete", mine.pop())
            case "read" if heard := person.pushes("message.sent"):
                await _ask(person, "conversation.read", heard[-1]["message"])
            case "mark" if mine:
                await _ask(person, "conversation.mark_unread", mine[-1])
            case "mute" if mine:
                key = mine[-1]["conversation_id"]
                await person.ask_until_answered(
                    "conversation.update", within_s=PATIENCE_S, conversation_id=key, muted=chance.random() < 0.5
                )
            case "come" if person.is_live and chance.random() < 0.1:
                person.lose_connection()

    async def _send(self, person: Person, to: Body, chance: random.Random) -> Body:
        message = await person.send(to=to, text=f"{person.login} says {chance.random()}", within_s=PATIENCE_S)
        self.sent.append(message)
        return message

    async def _lead(self, chance: random.Random) -> None:
        admin = self._cast.admin
        while not self._enough.is_set():
            await asyncio.sleep(chance.uniform(1.0, 3.0))
            members = [*self._regulars, *chance.sample(self._people, len(self._people) // 2)]
            change: Body = (
                {"name": f"Chaos {chance.random():.6f}"}
                if chance.random() < 0.3
                else {"member_ids": sorted({one.user_id for one in members})}
            )
            with _as_expected():
                await admin.ask_until_answered(
                    "group.update", within_s=PATIENCE_S, conversation_id=self._cast.group_id, **change
                )


@contextmanager
def _as_expected() -> Iterator[None]:
    """Lets pass what others' doings explain."""
    try:
        yield
    except Refused as refused:
        if refused.code not in EXPECTED:
            raise


async def _ask(person: Person, name: str, message: Body, **fields: object) -> None:
    place = {"conversation_id": message["conversation_id"], "seq": message["seq"]}
    await person.ask_until_answered(name, within_s=PATIENCE_S, **place, **fields)
