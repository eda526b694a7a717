"""Three people who share a group, watch each other, and can be made to talk whatever happens meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from tests.chaos.watching import until_seen
from tests.kit.answers import Answers
from tests.kit.evidence import Evidence
from tests.kit.person import Person
from tests.stories.conftest import Enter

PAUSE_S = 0.03
"""Between two messages of one person: below the fifty asks a second that everyone has."""


@dataclass(frozen=True)
class Circle:
    """Marco and Sofia are at the first gateway, Elena is at the second."""

    marco: Person
    elena: Person
    sofia: Person
    group_id: str

    @property
    def people(self) -> list[Person]:
        return [self.marco, self.elena, self.sofia]

    async def watch(self, *more: Person) -> None:
        """All are watched by all, and seen online."""
        watched = [*self.people, *more]
        for one in self.people:
            await one.watch([other.user_id for other in watched])
        await until_seen(self.people, watched, "online", 5.0)

    @asynccontextmanager
    async def talking(self) -> AsyncIterator[None]:
        """Everyone sends one message after the other; at the end each finishes theirs, however long the cluster takes."""
        enough = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for one in self.people:
                group.create_task(self._talk(one, enough))
            try:
                yield
            finally:
                enough.set()

    async def until_said(self, count: int, within_s: float) -> None:
        """Until so many more messages have been acknowledged, and everyone was told of the last of them."""
        before = len(self._acknowledged())
        for one in self.people:
            await one.eventually(
                lambda: len(self._acknowledged()) >= before + count, within_s, f"{count} more messages are acknowledged"
            )
        last = self._acknowledged()[-1]
        for one in self.people:
            await one.eventually(partial(_has, one, last), within_s, f"{one.login} is told")

    def _acknowledged(self) -> list[str]:
        evidence = Evidence(self.marco.history, Answers())
        return [result["message"]["message_id"] for _, result in evidence.acknowledged("message.send")]

    async def _talk(self, one: Person, enough: asyncio.Event) -> None:
        number = 0
        while not enough.is_set():
            number += 1
            await one.send(to={"conversation_id": self.group_id}, text=f"{one.login} says {number}")
            await asyncio.sleep(PAUSE_S)


async def gather(enter: Enter) -> Circle:
    marco = await enter("marco", first_gateway=0)
    elena = await enter("elena", first_gateway=1)
    sofia = await enter("sofia", first_gateway=0)
    members = [one.user_id for one in (marco, elena, sofia)]
    made = await sofia.ask("group.create", name="Circle", member_ids=members, writing_enabled=True)
    circle = Circle(marco, elena, sofia, made["conversation"]["conversation_id"])
    await circle.watch()
    return circle


def _has(one: Person, message_id: str) -> bool:
    return any(push["message"]["message_id"] == message_id for push in one.pushes("message.sent"))
