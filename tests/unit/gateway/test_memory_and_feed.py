"""The gateway's memory and feed, as pure state: what reaches whom, once, and what a return is served."""

import asyncio

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.messenger import MemberAdded, MemberRemoved
from contracts.things import GroupChange
from services.gateway.domain.bucket import Bucket
from services.gateway.domain.cursor import Cursor, parse
from services.gateway.domain.frames import websocket_frame
from services.gateway.rooms.feed import Feed as LiveFeed
from services.gateway.rooms.memory import Memory
from services.gateway.rooms.person import Person
from tests.kit.waiting import eventually
from tests.unit.gateway.stream import Screen, member, person, read, sent


async def test_a_message_reaches_a_member_once(feed: LiveFeed) -> None:
    ada, screen = person(), Screen()
    ada.outlets.append(screen)
    feed.admit(ada, 0)
    feed.hear(sent(1, 1))
    feed.hear(sent(2, 1))  # told again under the same id
    feed.hear(sent(3, 1, conversation="g_2"))
    assert screen.seqs() == [1]
    assert ada.unread_state().total == 1


async def test_what_came_while_memberships_were_loaded_counts(feed: LiveFeed) -> None:
    feed.hear(sent(1, 1))
    feed.hear(sent(2, 2))
    ada = person(last_seq=1)  # true at stream sequence 1
    feed.admit(ada, 1)
    assert ada.unread_state().total == 2


async def test_ones_own_message_is_read(feed: LiveFeed) -> None:
    ada = person()
    feed.admit(ada, 0)
    feed.hear(sent(1, 1, sender="u_ada"))
    assert ada.unread_state().total == 0


async def test_what_says_ones_own_change_of_a_group_is_not_read_by_that(feed: LiveFeed) -> None:
    """A new name made all read that had been said before, for whoever gave it."""
    ada = person()
    feed.admit(ada, 0)
    feed.hear(sent(1, 1))
    feed.hear(sent(2, 2, sender="u_ada", change=GroupChange(name="Night")))
    assert ada.unread_state().total == 2


async def test_who_was_removed_hears_of_it_and_of_nothing_after(feed: LiveFeed) -> None:
    ada, screen = person(), Screen()
    ada.outlets.append(screen)
    feed.admit(ada, 0)
    feed.hear(member(1, MemberRemoved))
    feed.hear(sent(2, 1))
    assert [name for name, _ in screen.told] == ["group.deleted"]
    assert [said.seq for said in feed.missed(ada, 0)] == [1]


async def test_who_was_added_misses_nothing_from_then_on(feed: LiveFeed) -> None:
    ada, screen = Person("u_ada"), Screen()
    ada.outlets.append(screen)
    feed.admit(ada, 0)
    feed.hear(sent(1, 1))
    feed.hear(member(2, MemberAdded, from_seq=1))
    feed.hear(sent(3, 2))
    assert [name for name, _ in screen.told] == ["group.created", "message.sent"]
    assert screen.seqs() == [2]
    assert [said.seq for said in feed.missed(ada, 0)] == [2, 3]


async def test_read_markers_move_unread(feed: LiveFeed) -> None:
    ada = person()
    feed.admit(ada, 0)
    feed.hear(sent(1, 1))
    feed.hear(read(2, 1, user_id="u_ada"))
    assert ada.unread_state().total == 0
    await asyncio.sleep(0)


@given(st.lists(st.sampled_from(["g_1", "g_2", "g_3"]), max_size=60), st.integers(0, 60), st.integers(1, 40))
def test_memory_gives_just_what_came_after(conversations: list[str], after: int, kept: int) -> None:
    from services.gateway.rooms.said import understand

    memory = Memory(0, kept, 1e9)
    for at, conversation in enumerate(conversations, start=1):
        said = understand(sent(at, at, conversation=conversation), "e")
        assert said is not None
        memory.add(said)
    after = max(after, memory.start)
    expected = [at for at, one in enumerate(conversations, start=1) if at > after and one in ("g_1", "g_3")]
    assert [said.seq for said in memory.since(after, ("g_1", "g_3"))] == expected
    assert len(memory) <= kept


@given(st.text(max_size=80))
def test_any_text_is_a_cursor_or_none(text: str) -> None:
    cursor = parse(text)
    assert cursor is None or parse(str(cursor)) == cursor


def test_a_cursor_comes_back_as_it_went() -> None:
    assert parse(str(Cursor("5f0c", 42))) == Cursor("5f0c", 42)


def test_a_bucket_lets_a_burst_through_and_then_a_steady_rate() -> None:
    bucket = Bucket(3, 2, now=0.0)
    assert [bucket.take(0.0) for _ in range(4)] == [0, 0, 0, 0.5]
    assert bucket.take(0.5) == 0
    assert bucket.take(0.5) > 0


@pytest.mark.parametrize("size", [0, 1, 124, 125, 126, 65_534, 65_535, 70_000])
def test_a_frame_says_how_long_it_is(size: int) -> None:
    frame = websocket_frame(b"x" * size)
    header = 2 if size < 126 else 4 if size < 65_536 else 10
    assert len(frame) == header + size
    assert frame[0] == 0x81


async def test_anothers_reading_is_told_at_most_once_a_second(feed: LiveFeed) -> None:
    ada, screen = person(last_seq=9), Screen()
    ada.outlets.append(screen)
    feed.admit(ada, 0)
    for at in range(1, 6):
        feed.hear(read(at, at))
    feed.hear(sent(6, 10))
    assert [body["seq"] for name, body in screen.told if name == "conversation.read"] == [1]
    await eventually(lambda: screen.told[-1][0] == "conversation.read")
    assert screen.told[-1][1]["seq"] == 5
    assert screen.told[-1][1]["cursor"] == str(Cursor("e", 6))


async def test_reading_held_back_when_the_connection_was_lost_is_told_on_return(feed: LiveFeed) -> None:
    ada = person(last_seq=9)
    feed.admit(ada, 0)
    for at in range(1, 41):
        feed.hear(read(at, at))
    told = [msgspec.json.decode(frame.encode()[2:])[1] for frame in feed.held_back(ada, 30)]
    assert [(body["seq"], body["cursor"]) for body in told] == [(30, str(Cursor("e", 30)))]
    assert [said.seq for said in feed.missed(ada, 30)] == [40]


async def test_what_was_said_where_one_was_just_added_counts_on_arrival(feed: LiveFeed) -> None:
    """Memberships were loaded before the joining, and two messages came after it."""
    feed.hear(member(1, MemberAdded))
    feed.hear(sent(2, 1))
    feed.hear(sent(3, 2))
    ada = Person("u_ada")
    feed.admit(ada, 0)
    assert ada.unread_state().total == 2


async def test_what_was_said_before_one_joined_is_not_told_late(feed: LiveFeed) -> None:
    """Memberships can be loaded sooner than the stream is read."""
    ada, screen = person(last_seq=5, from_seq=5), Screen()
    ada.outlets.append(screen)
    feed.admit(ada, 0)
    feed.hear(sent(1, 4))
    feed.hear(sent(2, 5))
    feed.hear(sent(3, 6))
    assert screen.seqs() == [6]


async def test_who_joins_a_busy_group_is_told_what_overtook_the_joining(feed: LiveFeed) -> None:
    """The membership began after seq 1; 2 and 3 were on their way at the same time and reached the stream first."""
    ada, screen = Person("u_ada"), Screen()
    ada.outlets.append(screen)
    feed.admit(ada, 0)
    for at in (1, 2, 3):
        feed.hear(sent(at, at))
    feed.hear(member(4, MemberAdded, from_seq=1))
    feed.hear(sent(5, 4))
    told = [(name, body["cursor"], body.get("message", {}).get("seq")) for name, body in screen.told]
    assert told == [
        ("group.created", "e-4.1", None),
        ("message.sent", "e-4.2", 2),
        ("message.sent", "e-4", 3),
        ("message.sent", "e-5", 4),
    ]
    assert ada.unread_state().total == 3
    (joined, last) = feed.missed(ada, Cursor("e", 4, 1).after)
    assert [frame.encode()[:6] for frame in feed.frames(joined)] == ['42["gr', '42["me', '42["me']
    assert last.seq == 5


@pytest.mark.parametrize("cursor", [Cursor("e", 4), Cursor("e", 4, 2)])
def test_a_cursor_says_how_much_of_an_event_was_told(cursor: Cursor) -> None:
    assert parse(str(cursor)) == cursor
    assert cursor.after == (3 if cursor.part else 4)
