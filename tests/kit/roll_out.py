"""A crowd of official clients chats while every part is replaced: for the test, and for the bench that measures it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from chassis.bus import PARLEY, Bus
from chassis.settings import Settings
from contracts.auth import CreateUser
from contracts.everything import ASKS
from contracts.messenger import CreateGroup
from tests.kit.afresh import ask_conversations, ask_history
from tests.kit.answers import Answers
from tests.kit.crowd import Crowd, Guest, Ways, crowd
from tests.kit.evidence import Evidence
from tests.kit.history import History
from tests.kit.kubelet.house import House
from tests.kit.kubelet.manifest import PARTS
from tests.kit.kubelet.pod import End
from tests.kit.person import Person
from tests.kit.quiet import until_quiet
from tests.kit.session import open_http

PASSWORD = "Roll-Out-2026"
MADE_AT_A_TIME, READ_AT_A_TIME = 8, 16
RETRIES = {"retries": 10, "ackTimeout": 5_000}
"""The library says by itself again what was not acknowledged."""


@dataclass(frozen=True)
class Gathering:
    house: House
    crowd: Crowd
    guests: Sequence[Guest]

    async def roll(self) -> list[End]:
        """Part after part, as one release replaces them."""
        return [end for name in PARTS for end in await self.house.roll(name)]

    async def asked_afresh(self) -> Answers:
        """Once all have fallen silent: everyone's list, the history of each group, and who is here."""
        answers, history = Answers(), self.crowd.history
        sent = [result["message"] for _, result in Evidence(history, answers).acknowledged("message.send")]
        await until_quiet(list(self.crowd.clients.values()), sent, history)
        free = asyncio.Semaphore(READ_AT_A_TIME)
        async with open_http() as http:

            async def read(guest: Guest) -> None:
                where = [self.house.edge.url]
                async with free:
                    person = Person(guest.login, guest.password, gateways=where, history=History(), http=http)
                    await person.log_in()
                    await ask_conversations(person, answers)
                    if guest.watches:
                        await ask_history(person, guest.group, answers)
                        answers.add_presence((await person.session.request("GET", "/presence"))["people"])

            await asyncio.gather(*map(read, self.guests))
        return answers


@asynccontextmanager
async def gathered(house: House, folder: Path, groups: int, members: int, ways: Ways) -> AsyncIterator[Gathering]:
    """So many groups of so many people, live through the edge. The first of each watches everybody. `folder` has the official
    client."""
    guests = await _made(house, groups, members)
    async with crowd(folder, house.edge.url, guests, ways) as them:
        yield Gathering(house, them, guests)


async def _made(house: House, groups: int, members: int) -> list[Guest]:
    hub = house.hub
    settings = Settings(instance="local", nats_url=hub.url, nats_user="local", nats_password=hub.passwords["local"])
    bus, free = await Bus.connect(settings, "local"), asyncio.Semaphore(MADE_AT_A_TIME)

    async def make(login: str) -> str:
        request = CreateUser(login=login, name=login, role="agent", password=PASSWORD, request_id=login)
        async with free:
            made = await bus.ask(ASKS["user.create"], request, PARLEY, 10.0)
        return str(made.user.user_id)

    logins = [[f"g{group}.p{number}" for number in range(members)] for group in range(groups)]
    guests: list[Guest] = []
    try:
        ids = [await asyncio.gather(*map(make, some)) for some in logins]
        everyone = [user_id for some in ids for user_id in some]
        for number, (some, members_ids) in enumerate(zip(logins, ids, strict=True)):
            request = CreateGroup(name=f"Group {number}", member_ids=members_ids, request_id=f"group-{number}")
            made = await bus.ask(ASKS["group.create"], request, PARLEY, 10.0)
            group_id = made.conversation.conversation_id
            guests += [Guest(login, PASSWORD, group_id, () if at else everyone) for at, login in enumerate(some)]
    finally:
        await bus.drain()
    return guests
