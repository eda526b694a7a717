"""Read markers of a person with several devices: forward, back, and by what they say; the same in the store, in a gateway
that heard all of it in whatever order, and in one that began in the middle."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from chassis.bus import Asker
from chassis.bus.reader import Told
from chassis.clock import SystemClock, new_id
from chassis.stores import MongoSettings, mongo
from contracts.messenger import (
    ConversationRead,
    CreateGroup,
    GetConversation,
    ListConversations,
    ListMembers,
    LoadFeeds,
    MarkUnread,
    ReadAnswer,
    ReadConversation,
    UpdateGroup,
)
from contracts.table import Nothing
from contracts.things import Message
from deploy.local import servers
from services.gateway.rooms.person import Person, Track
from services.messenger.actions import revise_membership
from services.messenger.actions.load_feeds import Load
from services.messenger.actions.mark_unread import Mark
from services.messenger.actions.project import Project
from services.messenger.actions.read_conversation import Read
from services.messenger.actions.revise_membership import ReviseMembership
from services.messenger.actions.show_conversations import Show
from services.messenger.domain import conversations, memberships, messages
from services.messenger.domain.memberships import marker_of
from services.messenger.store.conversations import MongoConversations
from services.messenger.store.memberships import MongoMemberships
from tests.kit.waiting import eventually
from tests.services.messenger.house import House, house
from tests.services.messenger.interleaving import Steps

AT = "2026-01-05T08:30:00.000Z"
ADA = Asker(user_id="ada", role="agent")
SAID = 4
"""Before it begins: there is something to go back to."""
MARK = st.tuples(st.just("mark"), st.integers(1, SAID))
WORK = st.one_of(
    MARK,
    MARK,
    st.tuples(st.just("read"), st.integers(1, SAID + 4)),
    st.tuples(st.just("ada"), st.just(0)),
    st.tuples(st.sampled_from(["ada", "grace"]), st.just(0)),
    st.tuples(st.sampled_from(["again", "load"]), st.integers(0, SAID)),
)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Any]:
    store = servers.mongo(tmp_path)
    async with servers.running(store):
        database = mongo(
            MongoSettings(instance="test", nats_url="", nats_user="", nats_password="", mongo_url=store.url)
        )
        yield database
        await database.client.close()


class Play:
    """One conversation of Ada and Grace; all that the stream was told, in its order, and gateways that began at a moment of
    it."""

    def __init__(self, database: Any, steps: Steps) -> None:
        self.key = new_id("d")
        self.kept, self.stored = MongoConversations(database), MongoMemberships(database)
        conversations, memberships = steps.store(self.kept), steps.store(self.stored)
        show: Any = Show(conversations, memberships, None, None)  # type: ignore[arg-type]
        revise = ReviseMembership(show, memberships, self)  # type: ignore[arg-type]
        self.read, self.mark = Read(revise, SystemClock()), Mark(revise, SystemClock())
        self.project = Project(conversations, memberships)
        self.load = Load(
            conversations,
            memberships,
            SystemClock(),
            timedelta(hours=1),
            edit_window=timedelta(hours=1),
            delete_window=timedelta(hours=1),
        )
        self.said: list[messages.Document] = []
        self.stream: list[Message | ConversationRead] = []
        self.gateways: list[tuple[Track, int]] = []

    async def begin(self) -> None:
        document = {"_id": self.key, "kind": "direct", "member_count": 2, "writing_enabled": True, "created_at": AT}
        last = {"last_seq": 0, "last_at": AT, "last_message_id": None, "version": 1, "outbox": []}
        await self.kept.insert({**document, **last})
        public = conversations.shown({**document, **last}, ["ada", "grace"])
        both = [memberships.new(public, user_id, 0, "ada", AT) for user_id in ("ada", "grace")]
        await self.stored.insert([{**one, "outbox": []} for one in both])
        said = [self.say("ada") for _ in range(SAID)]
        await Project(self.kept, self.stored)(said)
        self.stream += map(messages.shown, said)

    async def tell_pending(self, documents: list[memberships.Document]) -> None:
        """In place of the outbox: told, and again by whoever comes while it is being told."""
        for document in documents:
            for entry in document["outbox"]:
                self.stream.append(msgspec.json.decode(entry["data"], type=ConversationRead))

    async def work(self, what: str, number: int) -> None:
        if what == "read":
            await self.read(ADA, ReadConversation(conversation_id=self.key, seq=number))
        elif what == "mark":
            await self.mark(ADA, MarkUnread(conversation_id=self.key, seq=number))
        elif what == "load":
            await self.begin_gateway()
        elif what == "again":
            await self.project(self.said[number : number + 1] or self.said[:1] or [self.say("ada")])
        else:
            said = self.say(what)
            await self.project([said])
            self.stream.append(messages.shown(said))

    def say(self, sender: str) -> messages.Document:
        document = {"_id": new_id("m"), "conversation_id": self.key, "client_message_id": "c", "sender_id": sender}
        self.said.append({**document, "text": "hi", "sent_at": AT, "seq": len(self.said) + 1})
        return self.said[-1]

    async def begin_gateway(self) -> None:
        """First the place in the stream, then what is there, then what comes after."""
        place = len(self.stream)
        feed = (await self.load(ADA, LoadFeeds(user_ids=["ada"]))).feeds[0]
        person = Person("ada")
        person.take(feed)
        self.gateways.append((person.tracks[self.key], place))


def hear(track: Track, events: list[Message | ConversationRead]) -> Track:
    for event in events:
        if isinstance(event, Message):
            track.hear(event, "ada")
        elif event.user_id == "ada":
            track.read(event)
    return track


@settings(
    max_examples=200,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(works=st.lists(WORK, min_size=3, max_size=8), chance=st.randoms(use_true_random=False))
async def test_whatever_happens_at_once_all_know_the_same(
    database: Any, monkeypatch: pytest.MonkeyPatch, works: list[tuple[str, int]], chance: Random
) -> None:
    monkeypatch.setattr(revise_membership, "TRIED_FOR_S", 30)
    monkeypatch.setattr(revise_membership, "PAUSE_S", 0)
    steps = Steps(chance)
    play = Play(database, steps)
    await play.begin()
    await steps.run(play.work(*each) for each in works)
    messages_told = {event.message_id for event in play.stream if isinstance(event, Message)}
    untold = [said for said in play.said if said["_id"] not in messages_told]
    await steps.run([play.project(untold)] if untold else [])  # by a sweep
    play.stream += map(messages.shown, untold)
    kept = await play.stored.get(play.key, "ada")
    assert kept is not None
    marker = marker_of(kept)
    for track, place in play.gateways:
        assert hear(track, play.stream[place:]).read_seq == marker
    events = list(play.stream)
    for _ in range(4):
        chance.shuffle(events)
        track = hear(Track(0, 0, 0, 0), events)
        assert (track.read_seq, track.version) == (marker, kept.get("read_version", 0))
    told = {(event.version, event.seq, event.sent_above) for event in events if isinstance(event, ConversationRead)}
    assert sorted(version for version, *_ in told) == list(range(1, kept.get("read_version", 0) + 1))


async def test_a_change_decided_on_what_is_no_more_is_none(database: Any) -> None:
    play = Play(database, Steps(Random(1)))
    await play.begin()
    kept = await play.stored.get(play.key, "ada")
    assert kept is not None
    fact = memberships.has_read(kept, 1, 1, 4, True, AT)
    change = memberships.Change({"read_seq": 1, "read_version": 1, "sent_above": 4}, fact)
    for stale in ({"read_seq": 3}, {"read_version": 1}, {"version": 2}):
        assert await play.stored.revise({**kept, **stale}, change) is None
    after = await play.stored.revise(kept, change)
    assert after is not None
    assert (after["read_seq"], after["read_version"], len(after["outbox"])) == (1, 1, 1)
    assert await play.stored.revise(kept, change) is None
    left = {"$set": {"state": "left"}}
    await play.stored.collection.update_one({"_id": kept["_id"]}, left)
    assert await play.stored.revise(after, change) is None


@pytest.fixture
async def parley(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as made:
        yield made


async def mark(parley: House, who: str, key: str, seq: int) -> ReadAnswer:
    answer: ReadAnswer = await parley.ask(who, "conversation.mark_unread", MarkUnread(conversation_id=key, seq=seq))
    return answer


async def read(parley: House, who: str, key: str, seq: int) -> ReadAnswer:
    answer: ReadAnswer = await parley.ask(who, "conversation.read", ReadConversation(conversation_id=key, seq=seq))
    return answer


def markers_told(parley: House, user_id: str) -> list[ConversationRead]:
    told: list[Told] = [each for each in parley.told if each.name == "messenger.conversation.read"]
    events = [msgspec.json.decode(each.data, type=ConversationRead) for each in told]
    return [event for event in events if event.user_id == user_id]


async def test_a_marker_goes_back_only_when_told_to(parley: House) -> None:
    for number in range(5):
        key = (await parley.send("ada", "grace", f"c{number}")).conversation_id
    await read(parley, "grace", key, 5)
    moves = [
        await mark(parley, "grace", key, 4),
        await mark(parley, "grace", key, 5),
        await mark(parley, "grace", key, 2**53),
        await read(parley, "grace", key, 2),
        await mark(parley, "grace", key, 1),
        await read(parley, "grace", key, 2),
    ]
    assert [(one.read_seq, one.unread) for one in moves] == [(3, 2), (3, 2), (3, 2), (3, 2), (0, 5), (2, 3)]
    await eventually(lambda: len(markers_told(parley, "grace")) == 4)
    told = [(one.version, one.seq, one.sent_above) for one in markers_told(parley, "grace")]
    assert told == [(1, 5, 0), (2, 3, 5), (3, 0, 5), (4, 2, 5)]
    feed = (await parley.ask("", "feed.load", LoadFeeds(user_ids=["grace"]))).feeds[0].memberships[0]
    assert (feed.read_seq, feed.read_version, feed.sent_above) == (2, 4, 5)
    shown = (await parley.ask("grace", "conversation.list", ListConversations())).conversations[0]
    assert (shown.read_seq, shown.unread, shown.read_version) == (2, 3, 4)
    unread = (await parley.ask("grace", "feed.snapshot", Nothing())).unread.conversations[0]
    assert (unread.read_seq, unread.unread, unread.version) == (2, 3, 4)


async def test_what_may_not_be_marked(parley: House) -> None:
    key = (await parley.send("ada", "grace", "a")).conversation_id
    for who, seq, place, code in (
        ("grace", 0, key, "invalid"),
        ("grace", -(2**63), key, "invalid"),
        ("linus", 1, key, "not_found"),
        ("grace", 1, "g_none", "not_found"),
    ):
        request = MarkUnread(conversation_id=place, seq=seq)
        assert await parley.refusal(who, "conversation.mark_unread", request) == code


async def test_what_one_says_oneself_is_unread_only_when_marked(parley: House) -> None:
    """The retry of a message that was there when the marker was put back does not read it; a new one does."""
    for number in range(3):
        key = (await parley.send("ada", "grace", f"c{number}")).conversation_id
    assert (await mark(parley, "ada", key, 2)).unread == 2
    assert (await parley.send("ada", "grace", "c2")).seq == 3
    seen = (await parley.ask("ada", "conversation.get", GetConversation(conversation_id=key))).conversation
    assert (seen.read_seq, seen.unread) == (1, 2)
    await parley.send("grace", "ada", "g")
    assert (await parley.send("ada", "grace", "c3")).seq == 5
    seen = (await parley.ask("ada", "conversation.get", GetConversation(conversation_id=key))).conversation
    assert (seen.read_seq, seen.unread, seen.read_version) == (5, 0, 1)


async def test_nobody_marks_what_was_before_they_came(parley: House) -> None:
    make = CreateGroup(name="Shift", member_ids=["grace"])
    key = (await parley.ask("ada", "group.create", make, "user")).conversation.conversation_id
    last = 0
    for number in range(3):
        last = (await parley.send("ada", key, f"c{number}")).seq
    change = UpdateGroup(conversation_id=key, member_ids=["grace", "linus"])
    await parley.ask("ada", "group.update", change, "user")
    feed = (await parley.ask("", "feed.load", LoadFeeds(user_ids=["linus"]))).feeds[0].memberships[0]
    assert (await mark(parley, "linus", key, 1)).read_seq == feed.from_seq >= last
    await mark(parley, "grace", key, 1)
    for members in (["linus"], ["grace", "linus"]):
        await parley.ask("ada", "group.update", UpdateGroup(conversation_id=key, member_ids=members), "user")
    again = (await parley.ask("", "feed.load", LoadFeeds(user_ids=["grace"]))).feeds[0].memberships[0]
    assert (again.sent_above, again.last_seq - again.read_seq) == (0, 0)


async def test_who_has_read_up_to_where(parley: House) -> None:
    make = CreateGroup(name="Shift", member_ids=["grace", "linus"])
    key = (await parley.ask("ada", "group.create", make, "user")).conversation.conversation_id
    for number in range(3):
        last = await parley.send("ada", key, f"c{number}")
    await read(parley, "grace", key, last.seq - 1)
    wanted = [("ada", last.seq), ("grace", last.seq - 1), ("linus", last.seq - 3)]
    shown = (await parley.ask("linus", "conversation.get", GetConversation(conversation_id=key))).conversation
    assert [(one.user_id, one.read_seq) for one in shown.readers] == wanted
    page = await parley.ask("linus", "member.list", ListMembers(conversation_id=key, limit=2))
    assert [(one.user_id, one.read_seq) for one in page.readers] == wanted[:2]
    rest = await parley.ask("linus", "member.list", ListMembers(conversation_id=key, cursor=page.next_cursor))
    assert [(one.user_id, one.read_seq) for one in rest.readers] == wanted[2:]
    listed = (await parley.ask("linus", "conversation.list", ListConversations())).conversations[0]
    assert listed.readers is None


async def test_two_devices_and_much_talk_at_once(parley: House) -> None:
    """Through two messengers: what the stream was told adds up to what is stored."""
    key = (await parley.send("ada", "grace", "first")).conversation_id
    chance = Random(7)

    async def device(name: str) -> None:
        for number in range(30):
            what, seq = chance.choice(("read", "mark", "send")), chance.randint(1, 60)
            if what == "send":
                await parley.send("ada", "grace", f"{name}{number}")
            else:
                await (read if what == "read" else mark)(parley, "ada", key, seq)

    async def other() -> None:
        for number in range(30):
            await parley.send("grace", "ada", f"g{number}")

    await asyncio.gather(device("desk"), device("phone"), other())
    kept = await parley.database["memberships"].find_one({"_id": f"{key}:ada"})
    await eventually(lambda: len({one.version for one in markers_told(parley, "ada")}) == kept["read_version"])
    seen = (await parley.ask("ada", "conversation.get", GetConversation(conversation_id=key))).conversation
    await eventually(lambda: len(parley.sent()) == seen.last_seq)
    events: list[Message | ConversationRead] = [*parley.sent(), *markers_told(parley, "ada")]
    for _ in range(5):
        chance.shuffle(events)
        assert hear(Track(0, 0, 0, 0), events).read_seq == seen.read_seq
