"""How long a search for people takes: `python -m bench.search [people [rounds]]`, asked of auth over NATS, with a real MongoDB
and made-up people, thrown away afterwards. Prints milliseconds, half of the answers and 99 of 100 within."""

import asyncio
import random
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chassis import lifetime
from chassis.bus import Asker, Bus
from chassis.settings import Settings
from chassis.stores import mongo as database_of
from chassis.tasks import Tasks
from contracts.auth import UserList
from contracts.everything import ASKS
from contracts.presence import ListPresence, People
from contracts.things import PersonPresence
from deploy.local.servers import mongo, nats, redis, running
from services.auth.domain.people import Person
from services.auth.settings import AuthSettings
from services.auth.store.users import document_of
from services.auth.wiring import wire

FIRST = ("Ada", "Élodie", "Grace", "Jürgen", "Linus", "Łukasz", "Noël", "Søren", "Zoë", "İpek", "Barbara", "Ximena")
LAST = (
    "Lovelace",
    "Müller",
    "Hopper",
    "Strauß",
    "Torvalds",
    "Håkansson",
    "Çelik",
    "Vaughan",
    "O'Neil",
    "Nguyễn",
    "Rossi",
)
LIMIT_MS = 50.0
ADMIN = Asker(user_id="u_1", role="admin")
AGENT = Asker(user_id="u_2", role="agent")
SEARCHES: dict[str, tuple[Asker, dict[str, Any]]] = {
    "everyone": (ADMIN, {}),
    "one letter": (ADMIN, {"q": "e"}),
    "a name": (ADMIN, {"q": "lukasz nguyen"}),
    "one login": (ADMIN, {"q": "p19876"}),
    "no hit": (ADMIN, {"q": "xyzzy"}),
    "no hit, 100 characters": (ADMIN, {"q": "e" * 100}),
    "no hit, by an agent": (AGENT, {"q": "xyzzy"}),
    "a letter of rare admins": (ADMIN, {"q": "e", "role": "admin"}),
    "no hit among agents": (ADMIN, {"q": "xyzzy", "role": "agent"}),
    "rare admins": (ADMIN, {"role": "admin"}),
    "a letter, online": (ADMIN, {"q": "e", "status": "online"}),
    "no hit, online": (ADMIN, {"q": "xyzzy", "status": "online"}),
    "no hit, offline": (ADMIN, {"q": "xyzzy", "status": "offline"}),
    "a letter, offline": (ADMIN, {"q": "e", "status": "offline", "limit": 200}),
    "the last offline admins": (ADMIN, {"role": "admin", "status": "offline"}),
    "a rare letter, offline": (ADMIN, {"q": "x", "status": "offline", "limit": 200}),
    "largest page": (ADMIN, {"limit": 200}),
}


def person(number: int) -> Person:
    chance = random.Random(number)
    return Person(
        user_id=f"u_{number}",
        login=f"p{number}",
        name=f"{chance.choice(FIRST)} {chance.choice(LAST)} {chance.choice(LAST)}",
        role="admin" if number % 5_000 == 1 else "user" if number % 40 == 0 else "agent",
        password_hash=b"$2b$11$" + b"x" * 53,
        created_at="2026-01-05T08:30:00.000Z",
        password_changed_at=datetime.now(UTC),
        email=f"p{number}@example.org",
        disabled=number % 50 == 7,
    )


async def measure(bus: Bus, rounds: int, name: str, asker: Asker, fields: dict[str, Any]) -> float:
    ask, took = ASKS["user.list"], []
    for _ in range(rounds):
        started_at = time.perf_counter()
        answer: UserList = await bus.ask(ask, ask.request(**fields), asker)
        took.append((time.perf_counter() - started_at) * 1000)
    took.sort()
    high = took[int(len(took) * 0.99)] if len(took) > 1 else took[0]
    print(f"{name:26} {len(answer.users):5} found {took[len(took) // 2]:8.1f} {high:8.1f}", flush=True)
    return took[len(took) // 2]


async def deep(bus: Bus) -> str | None:
    """The cursor of the last page but one of everyone."""
    ask = ASKS["user.list"]
    last, cursor = None, None
    while True:
        page: UserList = await bus.ask(ask, ask.request(limit=200, cursor=cursor), ADMIN)
        if page.next_cursor is None:
            return last
        last, cursor = cursor, page.next_cursor


async def main(people: int = 20_000, rounds: int = 30) -> int:
    with tempfile.TemporaryDirectory() as folder:
        servers = nats(Path(folder)), mongo(Path(folder)), redis(Path(folder))
        async with running(*servers):
            on_nats, on_mongo, on_redis = servers

            def of(part: str) -> dict[str, Any]:
                password = on_nats.passwords[part]
                return {"instance": part, "nats_url": on_nats.url, "nats_user": part, "nats_password": password}

            settings = AuthSettings(**of("auth"), mongo_url=on_mongo.url, redis_url=on_redis.url, bcrypt_cost=4)
            database = database_of(settings)
            for start in range(0, people, 1_000):
                some = range(start, min(start + 1_000, people))
                await database["users"].insert_many([{**document_of(person(n)), "outbox": []} for n in some])
            presence = await Bus.connect(Settings(**of("presence")), "presence")

            # most are here, as on any morning
            async def here(_: Asker, __: ListPresence) -> People:
                return People(
                    people=[PersonPresence(user_id=f"u_{n}", status="online") for n in range(people) if n % 5]
                )

            await presence.answer({"presence.list": here})
            gateway = await Bus.connect(Settings(**of("gateway")), "gateway")
            bus, tasks = await Bus.connect(settings, "auth"), Tasks()
            auth = wire(settings, bus, tasks)
            await auth.start()
            online = ASKS["user.list"].request(status="online", limit=1)
            while not (await gateway.ask(ASKS["user.list"], online, ADMIN)).users:
                await asyncio.sleep(0.1)
            cursor = await deep(gateway)
            searches = {
                **SEARCHES,
                "deep page": (ADMIN, {"cursor": cursor}),
                "deep page, one letter": (ADMIN, {"q": "e", "cursor": cursor}),
            }
            print(f"{people} people, {rounds} rounds, milliseconds:{'':8} half  99 of 100")
            worst = max([await measure(gateway, rounds, name, *search) for name, search in searches.items()])
            await lifetime.stop("auth", auth, bus, tasks)
            for each in (presence, gateway):
                await each.drain()
            await database.client.close()
    print(f"the slowest: {worst:.1f} ms, the limit: {LIMIT_MS:.0f} ms")
    return worst > LIMIT_MS


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:]]
    sys.exit(asyncio.run(main(*numbers)))
