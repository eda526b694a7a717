"""The people of the log, made through the API by the local cluster's admin, and the group they are all in."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

from bench.replay.crowd import each
from bench.replay.device import Device
from bench.replay.logins import make_logins
from tests.kit.history import History
from tests.kit.person import Person

ADMIN_LOGIN, ADMIN_PASSWORD = "admin", "Parley-2026"
PASSWORD = "Replay-2026"

# A password costs the server about 0.1 s of a core to make or to check.
PASSWORDS_AT_A_TIME = 4
CONNECTS_AT_A_TIME = 32
GROUP_TOLD_WITHIN_S = 30.0
WATCHERS, WATCHED = 20, 50


@dataclass
class Cast:
    """`people` by their name in the log. What the admin is asked for afresh they read over HTTP; `device` is the client of
    theirs that is connected."""

    run: str
    admin: Person
    people: dict[str, Person]
    device: Device
    group_id: str = ""
    watchers: list[Person] = field(default_factory=list)

    @property
    def members(self) -> list[Person]:
        """Of the group."""
        return [*self.people.values(), self.admin]


@asynccontextmanager
async def assembled(
    names: Sequence[str], gateways: Sequence[str], history: History, http: aiohttp.ClientSession, chance: random.Random
) -> AsyncIterator[Cast]:
    """Everyone there, connected, live, and told of the group; some watch others come and go. They leave at the end."""
    run = "r" + secrets.token_hex(3)
    admin = Person(ADMIN_LOGIN, ADMIN_PASSWORD, gateways=gateways, history=history, http=http)
    logins = make_logins(names, run)
    people = {
        name: Person(login, PASSWORD, gateways=gateways, first_gateway=place, history=history, http=http)
        for place, (name, login) in enumerate(logins.items())
    }
    await admin.log_in()
    async with Device(gateways, ADMIN_LOGIN, ADMIN_PASSWORD, http) as device:
        cast = Cast(run, admin, people, device)

        async def make(name: str) -> None:
            await device.make_person(logins[name], name, PASSWORD)

        await each("people made", list(people), make, PASSWORDS_AT_A_TIME)
        try:
            await each("people logged in", list(people.values()), Person.log_in, PASSWORDS_AT_A_TIME)
            await each("people connected", list(people.values()), Person.connect, CONNECTS_AT_A_TIME)
            await _gather_in_group(cast)
            await _watch(cast, chance)
            yield cast
        finally:
            await asyncio.gather(*(person.leave() for person in people.values()))


async def _gather_in_group(cast: Cast) -> None:
    member_ids = [person.user_id for person in cast.people.values()]
    cast.group_id = await cast.device.make_group(f"Replay {cast.run}", member_ids, f"group-{cast.run}")

    def is_told(person: Person) -> bool:
        return any(push["conversation"]["conversation_id"] == cast.group_id for push in person.pushes("group.created"))

    async def told(person: Person) -> None:
        await person.eventually(lambda: is_told(person), GROUP_TOLD_WITHIN_S, f"{person.login} is told of the group")

    await each("people in the group", list(cast.people.values()), told, len(cast.people))


async def _watch(cast: Cast, chance: random.Random) -> None:
    people = list(cast.people.values())
    cast.watchers = chance.sample(people, min(WATCHERS, len(people)))
    for watcher in cast.watchers:
        await watcher.watch([person.user_id for person in chance.sample(people, min(WATCHED, len(people)))])
