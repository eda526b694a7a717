"""How long a page of conversations takes: `python -m bench.conversations [rounds]`, for people with 100, 1,000 and 5,000 of
them in a house with 20,000 groups, with a real MongoDB and made-up data, thrown away afterwards. Beside it what the store
alone would take if all that somebody belongs to were loaded for each page. Then sends over NATS, with the indexes that lists
need and without, by turns."""

import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from chassis import lifetime
from chassis.bus import Asker, Bus
from chassis.settings import Settings
from chassis.stores import mongo as database_of
from chassis.tasks import Tasks
from contracts.auth import LookUpUsers, UserList
from contracts.everything import ASKS
from contracts.messenger import ConversationList, ListConversations, SendMessage, To
from contracts.things import User
from deploy.local.servers import mongo, nats, running
from services.messenger.actions.newest_conversations import in_order
from services.messenger.domain.conversations import Place
from services.messenger.domain.pages import cursor_of
from services.messenger.settings import MessengerSettings
from services.messenger.store.conversations import DIRECTS, GROUPS, MongoConversations
from services.messenger.store.memberships import MongoMemberships
from services.messenger.wiring import Messenger

HOUSE_GROUPS = 20_000
SIZES = (100, 1_000, 5_000)
PAGE = 50
SENDS, TURNS = 200, 4
AT = "2026-01-05T08:30:00.000Z"
Document = dict[str, Any]


def place(key: str, kind: str, moment: float, pair: Sequence[str] = ()) -> Document:
    at = f"2026-01-{1 + int(moment * 28):02d}T{int(moment * 10**6) % 24:02d}:{int(moment * 10**8) % 60:02d}:00.000Z"
    named = {"pair": sorted(pair)} if pair else {"name": "x" * 20, "owner_id": "u"}
    return {
        **{"_id": key, "kind": kind, "member_count": 2, "writing_enabled": True, "created_at": AT, "version": 1},
        **{"last_seq": 1, "last_at": at, "last_message_id": None, "outbox": []},
        **named,
    }


def member(key: str, user_id: str) -> Document:
    seen = {"from_seq": 0, "read_seq": 0, "joined_at": AT, "version": 1, "outbox": []}
    return {"_id": f"{key}:{user_id}", "conversation_id": key, "user_id": user_id, "state": "member", **seen}


async def fill(database: Any) -> None:
    chance = random.Random(1)
    groups = [f"g_{number:024d}" for number in range(HOUSE_GROUPS)]
    places = [place(key, "group", chance.random()) for key in groups]
    members: list[Document] = []
    for size in SIZES:
        for kind, directs in (("directs", size), ("half", size // 2), ("groups", 0)):
            who = f"{kind}_{size}"
            for number in range(directs):
                key = f"d_{who}_{number:010d}"
                places.append(place(key, "direct", chance.random(), [who, f"o{number}"]))
                members += [member(key, who), member(key, f"o{number}")]
            members += [member(key, who) for key in chance.sample(groups, size - directs)]
    for name, documents in (("conversations", places), ("memberships", members)):
        for start in range(0, len(documents), 5_000):
            await database[name].insert_many(documents[start : start + 5_000], ordered=False)


class Whole:
    """A page by loading all that a person belongs to."""

    def __init__(self, database: Any) -> None:
        self._conversations, self._memberships = MongoConversations(database), MongoMemberships(database)

    async def __call__(self, who: str, after: Place | None) -> list[Document]:
        theirs = {m["conversation_id"]: m for m in await self._memberships.of_user(who)}
        lasts = in_order(await self._conversations.lasts(list(theirs)))
        if after is not None:
            at, key = after
            lasts = [last for last in lasts if last["last_at"] < at or (last["last_at"] == at and last["_id"] > key)]
        found = await self._conversations.by_ids([last["_id"] for last in lasts[:PAGE]])
        return [found[last["_id"]] for last in lasts[:PAGE]]


async def half_within_ms(rounds: int, work: Callable[[], Awaitable[object]]) -> float:
    took = []
    for _ in range(rounds):
        started_at = time.perf_counter()
        await work()
        took.append((time.perf_counter() - started_at) * 1000)
    return statistics.median(took)


async def lists(gateway: Bus, database: Any, rounds: int) -> None:
    whole = Whole(database)
    print(f"milliseconds, half of {rounds} rounds within:")
    print(f"{'':20}{'first page':>24}{'middle page':>24}")
    print(f"{'':20}{'all loaded':>12}{'asked':>12}{'all loaded':>12}{'asked':>12}")
    for kind in ("directs", "half", "groups"):
        for size in SIZES:
            who = f"{kind}_{size}"
            middle = Place("2026-01-14T12:00:00.000Z", "")
            row = []
            for after in (None, middle):
                ask = ListConversations(limit=PAGE, cursor=cursor_of(*after) if after else None)

                async def ask_page(ask: ListConversations = ask, who: str = who) -> ConversationList:
                    page: ConversationList = await gateway.ask(
                        ASKS["conversation.list"], ask, Asker(user_id=who, role="agent")
                    )
                    return page

                async def load_all(after: Place | None = after, who: str = who) -> list[Document]:
                    return await whole(who, after)

                wanted = [each["_id"] for each in await load_all()]
                assert [each.conversation_id for each in (await ask_page()).conversations] == wanted
                row += [await half_within_ms(rounds, load_all), await half_within_ms(rounds, ask_page)]
            print(f"{size:6} {kind:13}" + "".join(f"{each:12.1f}" for each in row), flush=True)


async def sends(gateway: Bus, database: Any) -> None:
    conversations = MongoConversations(database)
    took: dict[bool, list[float]] = {True: [], False: []}
    number = 0

    async def send() -> None:
        nonlocal number
        number += 1
        to = To(conversation_id=f"d_directs_5000_{number % 5000:010d}")
        request = SendMessage(to=to, client_message_id=f"c{number}", text="hello")
        await gateway.ask(ASKS["message.send"], request, Asker(user_id="directs_5000", role="agent"))

    for turn in range(2 * TURNS):
        has_indexes = bool(turn % 2)
        if has_indexes:
            await conversations.start()
        else:
            for index in (DIRECTS, GROUPS):
                await conversations.collection.drop_index(index)
        await half_within_ms(SENDS // 4, send)
        took[has_indexes].append(await half_within_ms(SENDS, send))
    before, after = (statistics.median(took[each]) for each in (False, True))
    print(
        f"one send after another, half within: {before:.2f} ms without the indexes, {after:.2f} ms with: {after / before:.2f}"
    )


async def main(rounds: int = 20) -> None:
    with tempfile.TemporaryDirectory() as folder:
        on_nats, on_mongo = nats(Path(folder)), mongo(Path(folder))
        async with running(on_nats, on_mongo):

            def of(part: str) -> dict[str, Any]:
                password = on_nats.passwords[part]
                return {"instance": part, "nats_url": on_nats.url, "nats_user": part, "nats_password": password}

            async def look_up(_: Asker, request: LookUpUsers) -> UserList:
                return UserList(users=[User(user_id=u, login=u, name=u, role="agent") for u in request.user_ids])

            auth = await Bus.connect(Settings(**of("auth")), "auth")
            await auth.answer({"user.look_up": look_up})
            gateway = await Bus.connect(Settings(**of("gateway")), "gateway")
            settings = MessengerSettings(**of("messenger"), mongo_url=on_mongo.url)
            database = database_of(settings)
            await fill(database)
            bus, tasks = await Bus.connect(settings, "messenger"), Tasks()
            messenger = Messenger(settings, bus, tasks)
            await messenger.start()
            await lists(gateway, database, rounds)
            await sends(gateway, database)
            await lifetime.stop("messenger", messenger, bus, tasks)
            for each in (auth, gateway):
                await each.drain()
            await database.client.close()


if __name__ == "__main__":
    asyncio.run(main(*(int(each) for each in sys.argv[1:])))
