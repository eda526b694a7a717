"""Edits, deletions, markers that go back, muting, and joinings with a history: live and on return."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.messenger import ConversationRead, MemberAdded, MemberRemoved, Membership
from contracts.messenger import Feed as Loaded
from services.gateway.domain.cursor import Cursor
from services.gateway.rooms.feed import Feed
from services.gateway.rooms.memory import Memory
from services.gateway.rooms.person import Person, Track
from services.gateway.rooms.said import understand
from services.gateway.rooms.unread import UnreadTeller
from tests.kit.waiting import eventually
from tests.unit.gateway.stream import (
    AT,
    Screen,
    deleted,
    edited,
    member,
    message,
    person,
    read,
    sent,
    shown,
    updated,
)


def watching(feed: Feed, ada: Person) -> Screen:
    screen = Screen()
    ada.outlets.append(screen)
    feed.admit(ada, 0)
    return screen


def on_return(feed: Feed, ada: Person, after: int, memory: Memory | None = None) -> list[tuple[str, Any]]:
    frames = [frame for said in feed.missed(ada, after, memory) for frame in feed.frames(said, memory)]
    return [(name, body) for name, body in map(shown, frames)]


def gist(told: list[tuple[str, Any]]) -> list[tuple[str, int, str]]:
    return [
        (name.removeprefix("message."), body["message"]["seq"], body["message"]["text"])
        for name, body in told
        if name.startswith("message.")
    ]


async def test_edits_and_deletions_reach_those_who_see_the_message(feed: Feed) -> None:
    screen = watching(feed, person(last_seq=5, from_seq=3))
    feed.hear(edited(1, 3, "not for Ada"))
    feed.hear(edited(2, 4, "better"))
    feed.hear(deleted(3, 4))
    assert gist(screen.told) == [("edited", 4, "better"), ("deleted", 4, "")]
    assert screen.told[-1][1]["message"]["deleted_by"] == "u_root"
    assert screen.told[-1][1]["cursor"] == "e-3"


async def test_who_returns_is_told_edits_in_order(feed: Feed) -> None:
    ada = person()
    feed.admit(ada, 0)
    for told in (sent(1, 1), edited(2, 1, "first"), sent(3, 2), edited(4, 1, "second", 2)):
        feed.hear(told)
    assert gist(on_return(feed, ada, 0)) == [
        ("sent", 1, "hi"),
        ("edited", 1, "first"),
        ("sent", 2, "hi"),
        ("edited", 1, "second"),
    ]
    assert gist(on_return(feed, ada, 2)) == [("sent", 2, "hi"), ("edited", 1, "second")]


async def test_who_returns_is_never_told_the_text_of_what_was_deleted_meanwhile(feed: Feed) -> None:
    ada = person()
    feed.admit(ada, 0)
    for told in (sent(1, 1), edited(2, 1, "worse"), sent(3, 2), deleted(4, 1)):
        feed.hear(told)
    returned = on_return(feed, ada, 0)
    assert gist(returned) == [("sent", 1, ""), ("sent", 2, "hi"), ("deleted", 1, "")]
    assert returned[0][1]["message"]["deleted_at"] == AT
    assert returned[0][1]["cursor"] == "e-1"
    assert gist(on_return(feed, ada, 1)) == [("sent", 2, "hi"), ("deleted", 1, "")]


async def test_what_is_deleted_during_the_catch_up_is_not_told_either(feed: Feed) -> None:
    """The past was read before; its frames are made one by one, as fast as they are read."""
    ada = person()
    feed.admit(ada, 0)
    past = Memory(0, 100, 1e9)
    for told in (sent(1, 1), sent(2, 2)):
        said = understand(told, "e")
        assert said is not None
        past.add(said)
        feed.hear(told)
    first, second = feed.missed(ada, 0, past)
    (frame,) = feed.frames(first, past)
    assert shown(frame)[1]["message"]["text"] == "hi"
    feed.hear(deleted(3, 2))
    (frame,) = feed.frames(second, past)
    assert shown(frame)[1]["message"]["text"] == ""


async def test_a_message_that_is_told_again_after_its_deletion_keeps_its_text_to_itself(feed: Feed) -> None:
    """An outbox may tell again, under an id that the gateway has never heard."""
    screen = watching(feed, person())
    feed.hear(deleted(1, 1))
    feed.hear(sent(2, 1))
    assert gist(screen.told) == [("deleted", 1, ""), ("sent", 1, "")]


def test_the_memory_forgets_changes_with_their_events() -> None:
    memory = Memory(0, 2, 1e9)
    for told in (edited(1, 1, "a"), edited(2, 1, "b", 2), sent(3, 2), sent(4, 3)):
        said = understand(told, "e")
        assert said is not None
        memory.add(said)
        if told.seq == 3:
            assert memory.changed(message(1)) is not None
            assert memory.changed(message(1), before=2) is None
    assert memory.changed(message(1)) is None


async def test_what_is_above_the_marker_is_told_to_who_was_added_and_the_rest_is_history(feed: Feed) -> None:
    """They see from seq 3 on; 3 and 4 are read already, and 4 was overtaken by the joining on its way."""
    ada = Person("u_ada")
    screen = watching(feed, ada)
    feed.hear(sent(1, 3))
    feed.hear(sent(2, 5))
    feed.hear(member(3, MemberAdded, from_seq=2, read_seq=4))
    feed.hear(sent(4, 4))
    feed.hear(sent(5, 6))
    assert screen.seqs() == [5, 6]
    assert ada.unread_state().total == 2
    assert screen.told[0][1]["by"] == "u_grace"
    assert [(name, body["cursor"]) for name, body in on_return(feed, ada, 2)] == [
        ("group.created", "e-3.1"),
        ("message.sent", "e-3"),
        ("message.sent", "e-5"),
    ]
    assert gist(on_return(feed, ada, 3)) == [("sent", 6, "hi")]
    loaded_anew = person(last_seq=6, from_seq=2, read_seq=4)
    assert gist(on_return(feed, loaded_anew, 2)) == [("sent", 5, "hi"), ("sent", 6, "hi")]


async def test_who_was_added_sees_the_edits_of_history(feed: Feed) -> None:
    screen = watching(feed, Person("u_ada"))
    feed.hear(member(1, MemberAdded, from_seq=0, read_seq=4))
    feed.hear(edited(2, 1, "told"))
    assert gist(screen.told) == [("edited", 1, "told")]


async def test_what_overtook_the_joining_is_told_as_it_is_by_then(feed: Feed) -> None:
    screen = watching(feed, Person("u_ada"))
    for told in (sent(1, 1), sent(2, 2), edited(3, 1, "better"), deleted(4, 2)):
        feed.hear(told)
    feed.hear(member(5, MemberAdded))
    assert gist(screen.told) == [("sent", 1, "better"), ("sent", 2, "")]


async def test_a_marker_that_was_put_back_is_told_to_ones_own_devices_at_once(feed: Feed) -> None:
    ada = person(last_seq=9, read_seq=9, read_version=3)
    screen = watching(feed, ada)
    feed.hear(read(1, 4, user_id="u_ada", version=4, sent_above=9))
    feed.hear(read(2, 9, user_id="u_ada", version=3))  # from before
    assert [(body["seq"], body["version"]) for name, body in screen.told] == [(4, 4), (9, 3)]
    (unread,) = ada.unread_state().conversations
    assert (unread.read_seq, unread.unread, unread.version) == (4, 5, 4)


async def test_others_are_told_the_newest_version(feed: Feed) -> None:
    screen = watching(feed, person(last_seq=9))
    for told in (read(1, 9, version=1), read(2, 3, version=3, sent_above=9), read(3, 5, version=2)):
        feed.hear(told)
    await eventually(lambda: len(screen.told) == 2)
    assert [(body["seq"], body["version"]) for _, body in screen.told] == [(9, 1), (3, 3)]


async def test_who_returns_is_told_the_newest_version_of_others(feed: Feed) -> None:
    ada = person(last_seq=9)
    feed.admit(ada, 0)
    for told in (read(1, 9, version=1), read(2, 3, version=3, sent_above=9), read(3, 5, version=2)):
        feed.hear(told)
    assert [body["version"] for _, body in on_return(feed, ada, 0)] == [3]
    assert [shown(frame)[1]["seq"] for frame in feed.held_back(ada, 3)] == [3]


async def test_who_was_put_into_a_group_meanwhile_is_not_told_who_had_read_it_before(feed: Feed) -> None:
    """Markers from while Ada did not belong came on her return, before she was told that she was back."""
    ada = person(last_seq=9)
    feed.admit(ada, 0)
    for told in (member(1, MemberRemoved), read(2, 5, version=1), member(4, MemberAdded, 9), read(5, 9, version=2)):
        feed.hear(told)
    assert list(feed.held_back(ada, 3)) == []
    assert [shown(frame)[1]["seq"] for frame in feed.held_back(ada, 5)] == [9]
    assert [(name, body.get("seq")) for name, body in on_return(feed, ada, 3)] == [
        ("group.created", None),
        ("conversation.read", 9),
    ]


async def test_who_returns_before_it_is_told_that_they_were_added_hears_of_that_first(feed: Feed) -> None:
    """Messages of the group came before `group.created`, and then again."""
    place = Membership(conversation_id="g_1", from_seq=3, read_seq=3, last_seq=4, is_new=True)
    loaded = Loaded(user_id="u_ada", memberships=[place], lost=[])
    for told in (member(1, MemberAdded), member(2, MemberRemoved)):
        feed.hear(told)
    ada = Person("u_ada")
    ada.take(feed.heard(loaded))
    screen = watching(feed, ada)
    feed.hear(sent(3, 4))
    assert on_return(feed, ada, 2) == []
    feed.hear(member(4, MemberAdded, 3))
    feed.hear(sent(5, 5))
    assert [name for name, _ in screen.told if name != "unread"] == ["group.created", "message.sent", "message.sent"]
    assert screen.seqs() == [4, 5]
    assert feed.heard(loaded) == loaded


async def test_muting_is_told_to_whose_it_is_alone(feed: Feed) -> None:
    ada = person()
    screen = watching(feed, ada)
    feed.hear(updated(1, 1))
    feed.hear(updated(2, 1, user_id="u_grace"))
    told = {"conversation_id": "g_1", "muted": True, "pinned": False, "version": 1, "cursor": "e-1"}
    assert screen.told == [["conversation.updated", told]]
    assert on_return(feed, ada, 0) == [("conversation.updated", told)]


async def test_of_a_membership_before_nothing_is_told_after_joining_again(feed: Feed) -> None:
    ada = person(last_seq=3)
    feed.admit(ada, 0)
    for told in (sent(1, 4), edited(2, 4, "x"), updated(3, 1), member(4, MemberRemoved), member(5, MemberAdded, 0, 7)):
        feed.hear(told)
    assert [name for name, _ in on_return(feed, ada, 0)] == ["group.deleted", "group.created"]


MARKERS = st.lists(st.tuples(st.sampled_from(["read", "mark_unread", "own"]), st.integers(1, 9)), max_size=12)


@given(MARKERS, st.randoms(use_true_random=False), st.integers(0, 12))
def test_markers_and_own_messages_give_the_same_in_any_order(
    steps: list[tuple[str, int]], chance: Any, loaded_after: int
) -> None:
    """What the store has after each step is what a gateway has, whichever of the two streams of events it hears first, and
    whenever it loaded."""
    last_seq, read_seq, version, sent_above = 5, 5, 0, 0
    markers: list[ConversationRead] = []
    own: list[int] = []
    loaded, seen = Membership(conversation_id="g_1", from_seq=0, read_seq=5, last_seq=5), (0, 0)
    for number, (step, seq) in enumerate(steps):
        if step == "own":
            last_seq += 1
            own.append(last_seq)
            read_seq = max(read_seq, last_seq) if last_seq > sent_above else read_seq
        else:
            moved = min(seq, last_seq) if step == "read" else seq - 1
            if (moved > read_seq) if step == "read" else (moved < read_seq):
                if step == "mark_unread":
                    sent_above = max(last_seq, read_seq)
                read_seq, version = moved, version + 1
                markers.append(
                    ConversationRead(
                        conversation_id="g_1",
                        user_id="u_ada",
                        seq=moved,
                        readers_told=False,
                        at=AT,
                        version=version,
                        sent_above=sent_above,
                    )
                )
        if number < loaded_after:
            loaded = Membership(
                conversation_id="g_1",
                from_seq=0,
                read_seq=read_seq,
                last_seq=last_seq,
                read_version=version,
                sent_above=sent_above,
            )
            seen = len(markers), len(own)
    ada = Person("u_ada")
    ada.take(Loaded(user_id="u_ada", memberships=[loaded], lost=[]))
    track: Track = ada.tracks["g_1"]
    # events up to some time before the loading were not heard; all later ones are
    left_markers = markers[chance.randint(0, seen[0]) :]
    left_own = own[chance.randint(0, seen[1]) :]
    while left_markers or left_own:
        if left_markers and (not left_own or chance.random() < 0.5):
            track.read(left_markers.pop(0))
        else:
            track.hear(message(left_own.pop(0), sender="u_ada"), "u_ada")
    assert (track.read_seq, track.last_seq) == (read_seq, last_seq)


@pytest.mark.parametrize("part", [1, 2])
async def test_a_joining_goes_on_where_it_was_broken_off(feed: Feed, part: int) -> None:
    ada = Person("u_ada")
    feed.admit(ada, 0)
    for told in (sent(1, 1), sent(2, 2), member(3, MemberAdded), deleted(4, 2)):
        feed.hear(told)
    (joined, _) = feed.missed(ada, Cursor("e", 3, part).after)
    left = list(feed.frames(joined))[part:]
    assert gist([shown(frame) for frame in left]) == [("sent", 1, "hi"), ("sent", 2, "")][part - 1 :]


CHANGES = st.lists(
    st.tuples(st.sampled_from(["sent", "own", "read", "added", "removed"]), st.integers(1, 9)), max_size=30
)


@given(CHANGES)
async def test_a_total_is_the_sum_of_its_parts(changes: list[tuple[str, int]]) -> None:
    """It is counted as changes are told; all told together give what all say at once."""
    feed, ada = Feed("e", Memory(0, 100, 1e9), UnreadTeller()), person(last_seq=3)
    screen = watching(feed, ada)
    for at, (kind, seq) in enumerate(changes, start=1):
        match kind:
            case "sent" | "own":
                conversation = f"g_{seq % 2 + 1}"
                feed.hear(sent(at, at, conversation=conversation, sender="u_ada" if kind == "own" else "u_grace"))
            case "read":
                feed.hear(read(at, seq, user_id="u_ada", version=at, sent_above=seq))
            case "added":
                feed.hear(member(at, MemberAdded, from_seq=seq))
            case "removed":
                feed.hear(member(at, MemberRemoved))
        if seq % 3 == 0:
            await asyncio.sleep(0)
    ada.unread_due = 0.0
    expected = sum(track.unread for track in ada.tracks.values())
    assert ada.unread_of(ada.dirty).total == expected
    assert ada.unread_state().total == expected
    assert all(body["total"] >= 0 for name, body in screen.told if name == "unread")
