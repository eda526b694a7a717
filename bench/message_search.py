"""How long a search for messages takes, how fast the index follows the stream, and what it costs those who send:
`python -m bench.message_search [messages [rounds]]`, with a real NATS and MongoDB and made-up talk, thrown away afterwards.

Prints milliseconds, half of the answers and 99 of 100 within. Ends with 1 when one of the kinds is over the limit.
"""

import asyncio
import bisect
import itertools
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pymongo

from chassis import lifetime, log
from chassis.bus import Asker, Bus
from chassis.clock import SystemClock, rfc3339
from chassis.settings import Settings
from chassis.stores import mongo as database_of
from chassis.tasks import Tasks, cancel
from contracts.everything import ASKS
from contracts.messenger import FoundMessages, SearchMessages, SendMessage, To
from contracts.refusals import Refused
from deploy.local.servers import mongo, nats, running
from services.messenger.domain.messages import shown
from services.messenger.domain.search import entry_of
from services.messenger.domain.words import WORDING
from services.messenger.settings import MessengerSettings
from services.messenger.store.messages import MongoMessages
from services.messenger.store.search_index import MongoSearchIndex
from services.messenger.wiring import Messenger

LIMIT_MS = 200.0
SEND_S = 8.0
SENDERS = 100
CHUNK = 1_000
SMALL = 10_000
LARGE = 100
PEOPLE = 2_000
NOW = datetime.now(UTC).replace(microsecond=0)
LAST_YEAR = NOW - timedelta(days=365)
HUGE = "g_huge"
"""A seventh of all messages; the newcomer came for the last ten of them."""
SENDS = "g_sends"
OF_SENDS = {"conversation_id": SENDS}


class Talk:
    """Words as often as in a language: the first of them half as often as the next, and so on."""

    def __init__(self) -> None:
        self._chance = random.Random(7)
        made = (self._word(place) for place in itertools.count())
        self.words = list(itertools.islice(dict.fromkeys(itertools.islice(made, 60_000)), 40_000))
        self._sums = list(itertools.accumulate(1 / (place + 2.7) for place in range(len(self.words))))
        self.han = [chr(0x4E00 + self._chance.randrange(20_000)) for _ in range(3_000)]
        self._han_sums = list(itertools.accumulate(1 / (place + 5) for place in range(len(self.han))))

    def _word(self, place: int) -> str:
        chance = self._chance
        syllables = (chance.choice("bcdfghklmnprstvwz") + chance.choice("aeiou") for _ in range(1 + place % 4))
        return "".join(syllables) + chance.choice(("", "", "n", "r", "s", "t"))

    def said(self) -> str:
        if self._chance.random() < 0.1:
            return "".join(self._some(self.han, self._han_sums, self._chance.randint(4, 30)))
        return " ".join(self._some(self.words, self._sums, self._chance.randint(2, 18)))

    def _some(self, things: list[str], sums: list[float], count: int) -> Iterator[str]:
        for _ in range(count):
            yield things[min(len(things) - 1, bisect.bisect(sums, self._chance.random() * sums[-1]))]


def place(chance: random.Random) -> str:
    """A seventh in the huge one, a third in large ones, the rest in many small ones."""
    share = chance.random()
    if share < 0.15:
        return HUGE
    if share < 0.5:
        return f"g_large{int(chance.random() ** 2 * LARGE)}"
    return f"g_small{int(chance.random() ** 2 * SMALL)}"


def member(key: str, user_id: str, from_seq: int = 0, joined_at: datetime = LAST_YEAR) -> dict[str, Any]:
    document = {"_id": f"{key}:{user_id}", "conversation_id": key, "user_id": user_id, "state": "member", "version": 1}
    return {**document, "from_seq": from_seq, "read_seq": from_seq, "joined_at": rfc3339(joined_at)}


def group(key: str, last_seq: int) -> dict[str, Any]:
    document = {"_id": key, "kind": "group", "name": key, "owner_id": "wide", "member_count": 60, "version": 1}
    at = rfc3339(NOW)
    return {**document, "writing_enabled": True, "created_at": at, "last_at": at, "last_seq": last_seq}


async def make_up(database: Any, talk: Talk, count: int) -> None:
    """Messages, and the index as the consumer would have made it."""
    chance, seqs = random.Random(11), dict[str, int]()
    for start in range(0, count, CHUNK):
        documents = []
        for number in range(start, min(start + CHUNK, count)):
            key = place(chance)
            seqs[key] = seqs.get(key, 0) + 1
            documents.append(
                {
                    "_id": f"m_{number:024}",
                    "conversation_id": key,
                    "client_message_id": str(number),
                    "seq": seqs[key],
                    "sender_id": f"u_{chance.randrange(PEOPLE)}",
                    "text": talk.said(),
                    "sent_at": rfc3339(LAST_YEAR + (NOW - LAST_YEAR) * number / count),
                }
            )
        entries = [entry for document in documents if (entry := entry_of(shown(document)))]
        index = [
            {**{name: getattr(entry, name) for name in entry.__struct_fields__[1:]}, "_id": entry.message_id}
            for entry in entries
        ]
        await database["messages"].insert_many(documents, ordered=False)
        await database[f"search_{WORDING}"].insert_many(index, ordered=False)
    keys = [*seqs, SENDS]
    await database["conversations"].insert_many([group(key, seqs.get(key, 0)) for key in keys])
    small = [key for key in keys if key.startswith("g_small")]
    large = [key for key in keys if key.startswith("g_large")]
    memberships = [member(key, "wide") for key in (HUGE, SENDS, *large, *small[: 5_000 - len(large) - 2])]
    memberships += [member(key, "narrow") for key in small[-300:]]
    memberships += [member(HUGE, "newcomer", seqs[HUGE] - 10, NOW - timedelta(minutes=1))]
    await database["memberships"].insert_many(memberships)


def kinds(talk: Talk) -> dict[str, tuple[str, Iterator[dict[str, Any]]]]:
    """By name: who asks, and what."""
    chance, words, han = random.Random(13), talk.words, talk.han

    def each(make: Any) -> Iterator[dict[str, Any]]:
        while True:
            yield make()

    def some(first: int, last: int) -> str:
        return words[chance.randrange(first, last)]

    month = {"since": rfc3339(NOW - timedelta(days=200)), "until": rfc3339(NOW - timedelta(days=170))}
    return {
        "rare word": ("wide", each(lambda: {"q": some(20_000, 40_000)})),
        "very common word": ("wide", each(lambda: {"q": some(0, 4)})),
        "two common words": ("wide", each(lambda: {"q": f"{some(0, 60)} {some(0, 60)}"})),
        "three words": ("wide", each(lambda: {"q": f"{some(0, 60)} {some(0, 600)} {some(0, 600)}"})),
        "common word and a rare one": ("wide", each(lambda: {"q": f"{some(0, 60)} {some(9_000, 40_000)}"})),
        "two that never meet": ("wide", each(lambda: {"q": f"{han[chance.randrange(9)]} {some(0, 9)}"})),
        "one letter": ("wide", each(lambda: {"q": chance.choice("bcdfghklmn")})),
        "two letters": ("wide", each(lambda: {"q": some(0, 999)[:2]})),
        "beginning of a word": ("wide", each(lambda: {"q": (some(0, 40_000) + "xx")[:4].rstrip("x")})),
        "nothing like it": ("wide", each(lambda: {"q": "xyzzy"})),
        "by a person": ("wide", each(lambda: {"q": some(0, 99), "sender_id": f"u_{chance.randrange(PEOPLE)}"})),
        "in a month": ("wide", each(lambda: {"q": some(0, 999), **month})),
        "in a huge group": ("wide", each(lambda: {"q": some(0, 9_999), "conversation_id": HUGE})),
        "one Chinese character": ("wide", each(lambda: {"q": chance.choice(han)})),
        "two Chinese characters": ("wide", each(lambda: {"q": chance.choice(han[:99]) + chance.choice(han[:99])})),
        "three Chinese characters": ("wide", each(lambda: {"q": "".join(chance.choices(han[:30], k=3))})),
        "who sees little, common word": ("narrow", each(lambda: {"q": some(0, 20)})),
        "who sees little, rare word": ("narrow", each(lambda: {"q": some(5_000, 40_000)})),
        "newcomer, common word": ("newcomer", each(lambda: {"q": some(0, 9)})),
        "newcomer, any word": ("newcomer", each(lambda: {"q": some(0, 40_000)})),
        "largest page": ("wide", each(lambda: {"q": some(0, 99), "limit": 50})),
    }


async def measure(bus: Bus, rounds: int, name: str, who: str, asked: Iterator[dict[str, Any]]) -> float:
    took, found, cut, refused = [], 0, 0, 0
    for fields in itertools.islice(asked, rounds):
        started_at = time.perf_counter()
        try:
            ask = bus.ask(ASKS["message.search"], SearchMessages(**fields), Asker(user_id=who))
            answer: FoundMessages = await ask
        except Refused:
            refused += 1
            answer = FoundMessages(messages=[])
        took.append((time.perf_counter() - started_at) * 1000)
        found += len(answer.messages)
        cut += answer.next_cursor is not None and len(answer.messages) < fields.get("limit", 20)
    took.sort()
    high = took[int(len(took) * 0.99)] if len(took) > 1 else took[0]
    more = (f"  {cut} ended early" if cut else "") + (f"  {refused} unavailable" if refused else "")
    print(f"{name:30} {found / rounds:5.1f} found {took[len(took) // 2]:8.1f} {high:8.1f}{more}", flush=True)
    return high


async def sends(bus: Bus, mark: str) -> float:
    """A second."""
    numbers, until = itertools.count(), time.perf_counter() + SEND_S

    async def send() -> None:
        while time.perf_counter() < until:
            text = "durable words that were never said before " * 2
            request = SendMessage(to=To(conversation_id=SENDS), client_message_id=f"{mark}{next(numbers)}", text=text)
            await bus.ask(ASKS["message.send"], request, Asker(user_id="wide", role="agent"))

    await asyncio.gather(*(send() for _ in range(SENDERS)))
    return next(numbers) / SEND_S


async def follow(database: Any, messenger: Messenger, bus: Bus, tasks: Tasks) -> None:
    """Sends with the index behind them and without, in turns; then how fast it catches up with what it did not hear."""
    index, rates = database[f"search_{WORDING}"], dict[bool, list[float]]()
    for turn in range(4):
        is_on = turn % 2 == 0
        if not is_on:
            await cancel(messenger._behind)
        elif turn:
            messenger._behind = [tasks.lasting("search.hear", messenger._hearing.hear_always())]
            await caught_up(database, index)
        rates.setdefault(is_on, []).append(await sends(bus, f"{turn}."))
    with_it, without = max(rates[True]), max(rates[False])
    print(f"sends a second: {with_it:.0f} with the index behind, {without:.0f} without: {with_it / without:.2f}")
    indexed = await index.count_documents(OF_SENDS)
    messenger._behind = [tasks.lasting("search.hear", messenger._hearing.hear_always())]
    while (begun := await index.count_documents(OF_SENDS)) == indexed:
        await asyncio.sleep(0.05)
    started_at = time.perf_counter()
    done = await caught_up(database, index) - begun
    print(f"caught up with {done} messages at {done / (time.perf_counter() - started_at):.0f} a second")


async def caught_up(database: Any, index: Any) -> int:
    said = await database["messages"].count_documents(OF_SENDS)
    while await index.count_documents(OF_SENDS) < said:
        await asyncio.sleep(0.3)
    return int(said)


async def main(count: int = 1_000_000, rounds: int = 30) -> int:
    log.configure("bench", "warning")
    with tempfile.TemporaryDirectory() as folder:
        servers = nats(Path(folder)), mongo(Path(folder))
        async with running(*servers):
            on_nats, on_mongo = servers

            def of(part: str) -> dict[str, Any]:
                password = on_nats.passwords[part]
                return {"instance": part, "nats_url": on_nats.url, "nats_user": part, "nats_password": password}

            settings = MessengerSettings(**of("messenger"), mongo_url=on_mongo.url)
            database, talk = database_of(settings), Talk()
            bus, tasks = await Bus.connect(settings, "messenger"), Tasks()
            gateway = await Bus.connect(Settings(**of("gateway")), "gateway")
            messenger = Messenger(settings, bus, tasks)
            started_at = time.perf_counter()
            async with pymongo.AsyncMongoClient[Any](on_mongo.url) as patient:
                await MongoMessages(patient["parley"]).start()
                await make_up(patient["parley"], talk, count)
                await MongoSearchIndex(patient["parley"], SystemClock(), timedelta(days=1)).start()
                await patient.admin.command("fsync")  # what it has to write is written before anybody is measured
            size = await database.command("collStats", f"search_{WORDING}", scale=1_000_000)
            print(
                f"{count} messages in {time.perf_counter() - started_at:.0f} s; their index takes {size['totalSize']} MB"
            )
            await messenger.start()
            hearing, building = messenger._behind
            await cancel([building])  # all is there
            messenger._behind = [hearing]
            print(f"{rounds} rounds, milliseconds:{'':21} half  99 of 100", flush=True)
            worst = max([await measure(gateway, rounds, name, *kind) for name, kind in kinds(talk).items()])
            await follow(database, messenger, gateway, tasks)
            await lifetime.stop("messenger", messenger, bus, tasks)
            await gateway.drain()
            await database.client.close()
    print(f"the slowest: {worst:.1f} ms, the limit: {LIMIT_MS:.0f} ms")
    return worst > LIMIT_MS


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:]]
    sys.exit(asyncio.run(main(*numbers)))
