"""What messenger promises of searching: what one may see and nothing else, newest first, and the index follows the stream
whatever happens meanwhile."""

import itertools
import random
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo.errors import BulkWriteError

from chassis.bus.hearing import ACK_WAIT_S
from chassis.clock import SystemClock, rfc3339
from chassis.stores import MongoSettings
from chassis.stores import mongo as open_mongo
from contracts.messenger import (
    CreateGroup,
    DeleteGroup,
    DeleteMessage,
    EditMessage,
    SearchMessages,
    UpdateGroup,
)
from contracts.permissions import STREAM
from contracts.things import Message
from deploy.local import servers
from services.messenger.actions import build_index, search_messages
from services.messenger.api.messages_told import CONSUMER
from services.messenger.domain.search import Entry, Hit, Late, Terms
from services.messenger.domain.words import WORDING, is_found, wanted, words_of
from services.messenger.store.search_index import MongoSearchIndex
from tests.kit.servers import thrown_away
from tests.kit.waiting import eventually
from tests.services.messenger.house import House, house

INDEX = f"search_{WORDING}"


@pytest.fixture
async def parley(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as made:
        yield made


async def search(parley: House, who: str, q: str, **more: Any) -> list[Message]:
    """All pages."""
    found: list[Message] = []
    cursor = None
    while True:
        answer = await parley.ask(who, "message.search", SearchMessages(q=q, cursor=cursor, **more))
        found += answer.messages
        cursor = answer.next_cursor
        if cursor is None:
            return found


async def texts(parley: House, who: str, q: str, **more: Any) -> list[str]:
    return [message.text for message in await search(parley, who, q, **more)]


async def finds(parley: House, who: str, q: str, expected: Sequence[str], within_s: float = 30.0, **more: Any) -> None:
    """Sooner or later."""

    async def found() -> bool:
        return await texts(parley, who, q, **more) == list(expected)

    try:
        await eventually(found, within_s)
    except TimeoutError:
        assert await texts(parley, who, q, **more) == list(expected)


async def group(parley: House, *members: str) -> str:
    answer = await parley.ask("ada", "group.create", CreateGroup(name="Shift", member_ids=list(members)), "user")
    key: str = answer.conversation.conversation_id
    return key


async def test_words_in_any_script_newest_first(parley: House) -> None:
    key = await group(parley, "grace")
    said = ("Straße nach Müllheim", "明日下午三点在会议室开会", "the invoice of ACME", "re: invoices, strasse")
    for number, text in enumerate(said):
        await parley.send("ada", "grace" if number % 2 else key, f"c{number}", text)
    await finds(parley, "grace", "invo", [said[3], said[2]])
    for q, expected in (
        ("STRASSE", [said[3], said[0]]),
        ("strasse mull", [said[0]]),
        ("invoice acme", [said[2]]),
        ("invoi acme", []),  # only the last word is a beginning
        ("会议室", [said[1]]),
        ("会室", []),
        ("议", [said[1]]),
        ("nobody said it", []),
    ):
        assert await texts(parley, "grace", q) == expected
    (found,) = await search(parley, "ada", "müllheim")
    assert (found.conversation_id, found.seq, found.sender_id) == (key, 1, "ada")
    assert await texts(parley, "linus", "invoice") == []


async def test_who_when_and_where(parley: House) -> None:
    key = await group(parley, "grace")
    first = await parley.send("ada", key, "a", "tea at four")
    await parley.send("grace", key, "b", "tea at five")
    last = await parley.send("ada", "grace", "c", "tea at six")
    await finds(parley, "ada", "tea", ["tea at six", "tea at five", "tea at four"])
    assert await texts(parley, "ada", "tea", sender_id="ada") == ["tea at six", "tea at four"]
    assert await texts(parley, "ada", "tea", sender_id="linus") == []
    assert await texts(parley, "ada", "tea", conversation_id=key) == ["tea at five", "tea at four"]
    assert await texts(parley, "ada", "tea", conversation_id=key, sender_id="grace") == ["tea at five"]
    assert await texts(parley, "ada", "tea", since=last.sent_at) == ["tea at six"]
    assert await texts(parley, "ada", "tea", until=last.sent_at) == ["tea at five", "tea at four"]
    assert first.sent_at < last.sent_at
    assert await texts(parley, "ada", "tea", since=last.sent_at, until=first.sent_at) == []
    assert await texts(parley, "ada", ":ada") == []
    wrongs: tuple[dict[str, Any], ...] = (
        {"q": ""},
        {"q": "?!"},
        {"limit": 0},
        {"limit": 51},
        {"sender_id": "a.b"},
        {"since": "yesterday"},
        {"until": "2026-01-01T00:00:00"},
        {"until": "0001-01-01T00:00:00+14:00"},
        {"cursor": "W10"},
        {"cursor": "WyJhIiwiYiIsImMiXQ"},
    )
    for wrong in wrongs:
        assert await parley.refusal("ada", "message.search", SearchMessages(**{"q": "tea", **wrong})) == "invalid"
    elsewhere = SearchMessages(q="tea", conversation_id=key)
    assert await parley.refusal("linus", "message.search", elsewhere) == "not_found"
    assert await parley.refusal("ada", "message.search", SearchMessages(q="x", conversation_id="g_none")) == "not_found"


async def test_only_what_one_may_see(parley: House) -> None:
    """Who comes later finds nothing from before, who is gone finds nothing, and nobody does in a deleted group."""
    key = await group(parley, "grace")
    await parley.send("ada", key, "a", "secret before")
    await parley.send("ada", "grace", "a", "secret between us")
    await finds(parley, "grace", "secret", ["secret between us", "secret before"])
    await parley.ask("ada", "group.update", UpdateGroup(conversation_id=key, member_ids=["linus"]), "user")
    await parley.send("ada", key, "b", "secret after")
    await finds(parley, "ada", "secret", ["secret after", "secret between us", "secret before"])
    assert await texts(parley, "linus", "secret") == ["secret after"]
    assert await texts(parley, "grace", "secret") == ["secret between us"]
    await parley.ask("ada", "group.update", UpdateGroup(conversation_id=key, member_ids=["linus", "grace"]), "user")
    assert await texts(parley, "grace", "secret") == ["secret between us"]
    everything = UpdateGroup(conversation_id=key, member_ids=["linus", "grace", "barbara"], history="everything")
    await parley.ask("ada", "group.update", everything, "user")
    assert await texts(parley, "barbara", "secret") == ["secret after", "secret before"]
    for word in ("added", "members", "linus", "everything"):
        assert await texts(parley, "ada", word) == []  # what says how the group was changed
    await parley.ask("ada", "group.delete", DeleteGroup(conversation_id=key), "user")
    assert await texts(parley, "ada", "secret") == ["secret between us"]
    assert await texts(parley, "linus", "secret") == []


async def test_the_index_follows_edits_and_deletions(parley: House) -> None:
    sent = await parley.send("ada", "grace", "a", "lunch on monday")
    await finds(parley, "grace", "monday", [sent.text])
    edit = EditMessage(conversation_id=sent.conversation_id, seq=sent.seq, text="lunch on tuesday")
    await parley.ask("ada", "message.edit", edit)
    await finds(parley, "grace", "tuesday", ["lunch on tuesday"])
    assert await texts(parley, "grace", "monday") == []
    await parley.ask("ada", "message.delete", DeleteMessage(conversation_id=sent.conversation_id, seq=sent.seq))

    async def is_gone() -> bool:
        document = await parley.database[INDEX].find_one({"_id": sent.message_id})
        return document is not None and "words" not in document

    assert await texts(parley, "grace", "lunch") == []  # at once, whatever the index holds
    await eventually(is_gone)
    assert await texts(parley, "grace", "lunch") == []


async def test_what_the_index_has_not_heard_yet_is_not_shown_as_it_was(parley: House) -> None:
    sent = await parley.send("ada", "grace", "a", "lunch on monday")
    await finds(parley, "grace", "monday", [sent.text])
    change = {"text": "lunch on tuesday", "revision": 1, "edited_at": sent.sent_at}
    await parley.database["messages"].update_one({"_id": sent.message_id}, {"$set": change})
    assert await texts(parley, "grace", "monday") == []
    assert await texts(parley, "grace", "lunch") == ["lunch on tuesday"]


async def test_what_is_said_while_nats_and_messengers_go_and_come_is_found(parley: House) -> None:
    await parley.send("ada", "grace", "a", "word one")
    await finds(parley, "grace", "word", ["word one"])
    await parley.stop()
    await parley.send("ada", "grace", "b", "word two")
    parley.nats.kill()
    await parley.nats.until_ended()
    await parley.nats.start()

    async def is_sent() -> bool:
        return not await parley.refusal("ada", "message.search", SearchMessages(q="word"))

    await eventually(is_sent, 20)
    await parley.send("ada", "grace", "c", "word three")
    await parley.stop()
    await parley.start()
    await parley.start()
    await parley.send("ada", "grace", "d", "word four")
    # what a replica had taken when it went is given to another only after a while
    await finds(parley, "grace", "word", ["word four", "word three", "word two", "word one"], within_s=ACK_WAIT_S + 10)


async def test_what_was_said_before_there_was_an_index_is_found(parley: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation from before, or a stream that was lost: from the messages, part by part, once over all replicas."""
    monkeypatch.setattr(build_index, "CHUNK", 3)
    sent = [await parley.send("ada", "grace", f"c{number}", f"word {number}") for number in range(10)]
    edit = EditMessage(conversation_id=sent[0].conversation_id, seq=1, text="word changed")
    await parley.ask("ada", "message.edit", edit)
    await parley.ask("ada", "message.delete", DeleteMessage(conversation_id=sent[1].conversation_id, seq=2))
    expected = [*(one.text for one in sent[:1:-1]), "word changed"]
    await finds(parley, "grace", "word", expected)
    builds = parley.database["search_builds"]
    await eventually(lambda: _is_built(parley))
    for _ in range(2):
        await parley.stop()
    await parley.js.delete_consumer(STREAM, CONSUMER)
    await parley.database[INDEX].drop()
    before = await builds.find_one()
    for _ in range(2):
        await parley.start()
    await finds(parley, "grace", "word", expected)
    await eventually(lambda: _is_built(parley))
    after = await builds.find_one()
    assert before is not None
    assert after is not None
    assert (after["done"], after["made_at"] > before["made_at"]) == (10, True)
    assert after["turn"] <= before["turn"] + 6  # once over all: begun, four parts, and the end


async def _is_built(parley: House) -> bool:
    build = await parley.database["search_builds"].find_one()
    return bool(build and build["is_done"])


async def test_another_replica_goes_on_building_where_one_died(parley: House) -> None:
    sent = [await parley.send("ada", "grace", f"c{number}", f"word {number}") for number in range(4)]
    await finds(parley, "grace", "word", [one.text for one in sent[::-1]])
    await eventually(lambda: _is_built(parley))
    keys = sorted(one.message_id for one in sent)
    await parley.database[INDEX].delete_many({})
    soon = rfc3339(SystemClock().now() + timedelta(seconds=1))
    left = {"is_done": False, "after": keys[1], "done": 2, "claimed_until": soon}
    await parley.database["search_builds"].update_one({}, {"$set": left, "$inc": {"turn": 1}})
    await eventually(lambda: _is_built(parley))
    assert {document["_id"] async for document in parley.database[INDEX].find()} == set(keys[2:])


WORDS = ("alpha", "alps", "beta", "gamma", "会议", "会议室")


@pytest.mark.parametrize(("few", "hits_max"), [(0, 1_000), (0, 3), (10**9, 1_000)])
async def test_every_way_through_the_index_finds_the_same(
    parley: House, monkeypatch: pytest.MonkeyPatch, few: int, hits_max: int
) -> None:
    """One by one where few can be seen; back through time, in spans that are too long and too short at first."""
    monkeypatch.setattr(search_messages, "FEW_MESSAGES", few)
    monkeypatch.setattr(search_messages, "HITS_MAX", hits_max)
    rng = random.Random(7)
    now = SystemClock().now()
    keys = [await group(parley, "grace") for _ in range(3)]
    said: list[Message] = []
    for number in range(60):
        text = " ".join(rng.sample(WORDS, rng.randint(1, 3)))
        said.append(await parley.send(rng.choice(["ada", "grace"]), rng.choice(keys), f"c{number}", text))
    await finds(parley, "ada", said[-1].text, [said[-1].text], since=said[-1].sent_at)
    # as if it had been said over years, some of it at once
    ages = sorted((timedelta(seconds=int(10 ** rng.uniform(0, 8))) for _ in said), reverse=True)
    for message, age in zip(said, ages, strict=True):
        at = now - age
        where = {"_id": message.message_id}
        await parley.database["messages"].update_one(where, {"$set": {"sent_at": rfc3339(at)}})
        await parley.database[INDEX].update_one(where, {"$set": {"sent_at": datetime.fromisoformat(rfc3339(at))}})
    place = next(place for place, one in enumerate(said) if (one.conversation_id, one.seq) == (keys[0], 6))
    joined = {"from_seq": 5, "joined_at": rfc3339(now - ages[place])}
    await parley.database["memberships"].update_one({"_id": f"{keys[0]}:grace"}, {"$set": joined})
    for who, q, limit in itertools.product(("ada", "grace"), ("alp", "beta", "beta gam", "会议", "室", "no"), (2, 50)):
        expected = [
            (message.conversation_id, message.seq)
            for message in said[::-1]
            if is_found(message.text, wanted(q))
            and (who, message.conversation_id, message.seq <= 5) != ("grace", keys[0], True)
        ]
        found = await search(parley, who, q, limit=limit)
        assert sorted((one.conversation_id, one.seq) for one in found) == sorted(expected)
        assert [one.sent_at for one in found] == sorted((one.sent_at for one in found), reverse=True)


async def test_what_takes_too_long_goes_on_from_a_cursor(parley: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """And is unavailable where it came nowhere."""
    monkeypatch.setattr(search_messages, "FEW_MESSAGES", 0)
    sent = [await parley.send("ada", "grace", f"c{number}", f"word {number}") for number in range(3)]
    await finds(parley, "grace", "word", [one.text for one in sent[::-1]])
    hits, looks = MongoSearchIndex.hits, 0

    async def late(self: MongoSearchIndex, *arguments: Any) -> list[Hit]:
        nonlocal looks
        looks += 1
        if looks in late_ones:
            raise Late()
        return await hits(self, *arguments)

    monkeypatch.setattr(MongoSearchIndex, "hits", late)
    late_ones = {2}
    first = await parley.ask("grace", "message.search", SearchMessages(q="word"))
    assert [one.seq for one in first.messages] == [3, 2, 1]
    assert first.next_cursor is not None
    rest = await parley.ask("grace", "message.search", SearchMessages(q="word", cursor=first.next_cursor))
    assert (rest.messages, rest.next_cursor) == ([], None)
    looks, late_ones = 0, {1}
    assert await parley.refusal("grace", "message.search", SearchMessages(q="word")) == "unavailable"


async def test_pages(parley: House) -> None:
    sent = [await parley.send("ada", "grace", f"c{number}", f"word {number}") for number in range(7)]
    expected = [one.seq for one in sent[::-1]]
    await finds(parley, "grace", "word", [one.text for one in sent[::-1]])
    for limit in (1, 2, 3, 6, 7):
        assert [one.seq for one in await search(parley, "grace", "word", limit=limit)] == expected
    first = await parley.ask("grace", "message.search", SearchMessages(q="word", limit=3))
    await parley.send("ada", "grace", "new", "word new")
    second = await parley.ask("grace", "message.search", SearchMessages(q="word", limit=4, cursor=first.next_cursor))
    assert [one.seq for one in (*first.messages, *second.messages)] == expected


def entry(number: int, revision: int = 0, text: str = "word", at: datetime | None = None, key: str = "c") -> Entry:
    said_at = at or datetime(2026, 1, 1, tzinfo=UTC)
    return Entry(f"m{number}", key, number, said_at, revision, words_of(text))


@pytest.fixture
async def index(tmp_path: Path) -> AsyncIterator[MongoSearchIndex]:
    server = servers.mongo(tmp_path)
    async with thrown_away(server):
        settings = MongoSettings(instance="test", nats_url="", nats_user="", nats_password="", mongo_url=server.url)
        database = open_mongo(settings)
        index = MongoSearchIndex(database, SystemClock(), timedelta(days=1))
        await index.start()
        yield index
        await database.client.close()


def terms(*words: str, beginning: str = "") -> Terms:
    return Terms(words, beginning, datetime(2000, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))


async def test_the_newest_revision_stays_in_whatever_order_they_come(index: MongoSearchIndex) -> None:
    revisions = [entry(1), entry(1, 1, "edited"), entry(1, 2, "again"), entry(1, 3, "")]
    for number, order in enumerate(itertools.permutations(range(4))):
        for last in (2, 3):
            key = f"{number}.{last}"
            for revision in order:
                if revision <= last:
                    one = revisions[revision]
                    await index.write([Entry(key, key, 1, one.sent_at, revision, one.words)])
            found = [word for word in ("word", "edited", "again") if await index.hits(terms(word), [key], 9, 5)]
            assert found == (["again"] if last == 2 else [])
    both = [entry(2, 1, "later"), entry(2), entry(2)]
    for batch in itertools.permutations(both):
        await index.collection.delete_many({})
        await index.write(batch)
        assert [await index.hits(terms(word), ["c"], 9, 5) for word in ("word", "later")] == [[], [_hit(both[0])]]


async def test_an_edit_that_meets_its_sending_just_then_is_not_lost(
    index: MongoSearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two replicas, the first to write a message, one with the sending and one with the edit: MongoDB found none to update,
    and then its id was taken."""
    real, overtaken = index.collection.bulk_write, False

    async def overtakes(*arguments: Any, **named: Any) -> Any:
        nonlocal overtaken
        if not overtaken:
            overtaken = True
            await index.write([entry(1)])
            raise BulkWriteError({"writeErrors": [{"code": 11000}], "writeConcernErrors": []})
        return await real(*arguments, **named)

    monkeypatch.setattr(index.collection, "bulk_write", overtakes)
    await index.write([entry(1, 1, "later")])
    assert [await index.hits(terms(word), ["c"], 9, 5) for word in ("word", "later")] == [[], [_hit(entry(1))]]


async def test_what_is_not_kept_is_forgotten(index: MongoSearchIndex) -> None:
    await index.write([entry(number) for number in range(1, 6)])
    await index.forget("c", 3)
    assert sorted(hit.seq for hit in await index.hits_of_few(terms("word"), ["c"], 5)) == [4, 5]


def _hit(one: Entry) -> Hit:
    return Hit(one.sent_at, one.seq, one.conversation_id)
