"""The house that is looked at: people by import, a reader with conversations in which there is something to read, and those
who talk meanwhile."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass
from itertools import count
from time import monotonic
from typing import TypeVar

from bench.floor.floor import PASSWORD, Floor
from parley_client import Parley, asks, types

READER = "reader"
MESSAGES = 30
"""In each conversation: more than a screen shows."""
A_GROUP_OF = 4
"""One of so many conversations is a group."""
AT_ONCE = 16
IMPORTED_S = 300.0
IMPORT_AGAIN_S = 0.5
T = TypeVar("T")


@dataclass
class House:
    made: Floor
    groups: list[str]

    @property
    def reader(self) -> tuple[str, str]:
        """Login and password."""
        return READER, PASSWORD

    @property
    def busy(self) -> str:
        """The group in which every second message is said."""
        return self.groups[0]

    async def talk(self, seconds: float, per_s: float) -> None:
        """Evenly, by turns in the busy group and in another one."""
        began, others = monotonic(), self.groups[1:] or self.groups
        saying = []
        for number in range(int(seconds * per_s)):
            await asyncio.sleep(began + number / per_s - monotonic())
            key = others[number // 2 % len(others)] if number % 2 else self.busy
            talker = self.made.talkers[number % len(self.made.talkers)]
            saying.append(asyncio.create_task(say(talker, types.To(conversation_id=key), f"Call {number} is waiting")))
        await asyncio.gather(*saying)


async def furnish(made: Floor, people: int, conversations: int) -> House:
    admin, reader = (
        Parley(made.gateways[1], login=login, password=PASSWORD, http=made.http) for login in ("admin", READER)
    )
    form = types.CreateUser(login=READER, name="Ada Lovelace", role="agent", password=PASSWORD, request_id=READER)
    reader_id = (await admin.ask(asks.USER_CREATE, form)).user.user_id
    await _import(admin, people)
    found = await admin.ask(asks.USER_LIST, types.ListUsers(q="p0", limit=200))
    talkers = [talker.user.user_id for talker in made.talkers]
    groups = [
        (await admin.ask(asks.GROUP_CREATE, _group(number, [reader_id, *talkers]))).conversation.conversation_id
        for number in range(max(2, conversations // A_GROUP_OF))
    ]
    others = [user.user_id for user in found.users][: conversations - len(groups)]
    turns = count()
    await _gathered(
        say(made.talkers[next(turns) % len(made.talkers)], types.To(conversation_id=key), f"Line {line} of a group")
        for line in range(MESSAGES)
        for key in groups
    )
    await reader.log_in()
    for line in range(MESSAGES):
        await _gathered(say(reader, types.To(user_id=other), f"Line {line} to one person") for other in others)
    return House(made, groups)


async def say(who: Parley, to: types.To, text: str) -> None:
    message = types.SendMessage(to=to, client_message_id=secrets.token_hex(8), text=text)
    await who.ask(asks.MESSAGE_SEND, message)


def _group(number: int, member_ids: list[str]) -> types.CreateGroup:
    return types.CreateGroup(name=f"Group {number:03}", member_ids=member_ids, request_id=f"page-{number}")


async def _import(admin: Parley, people: int) -> None:
    lines = [f"p{number:05},Person {number:05},agent" for number in range(people)]
    form = types.ImportUsers(csv="\n".join(["login,name,role", *lines]))
    report = (await admin.ask(asks.USER_IMPORT, form)).report
    async with asyncio.timeout(IMPORTED_S):
        while report.state == "running":
            await asyncio.sleep(IMPORT_AGAIN_S)
            asked = types.GetImport(import_id=report.import_id)
            report = (await admin.ask(asks.USER_IMPORT_STATUS, asked)).report
    assert report.created == people, report


async def _gathered(work: Iterable[Awaitable[T]]) -> None:
    some = asyncio.Semaphore(AT_ONCE)

    async def one(each: Awaitable[T]) -> None:
        async with some:
            await each

    await asyncio.gather(*(one(each) for each in work))
