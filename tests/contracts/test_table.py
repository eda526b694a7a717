"""Rules of the table itself: names, subjects, permissions."""

import re

import pytest

from contracts.endings import ENDINGS
from contracts.everything import ASKS, EVENTS
from contracts.messenger import MESSAGE_SENT
from contracts.parked import HEARERS
from contracts.permissions import dead_subject, users
from contracts.refusals import STATUS

NAME = re.compile(r"[a-z]+\.[a-z_]+")


def test_names_are_nouns_and_verbs() -> None:
    assert all(NAME.fullmatch(name) for name in ASKS)
    assert all(NAME.fullmatch(event.name) for event in EVENTS.values())


def test_no_two_asks_share_a_route() -> None:
    routes = [(ask.route.method, ask.route.path) for ask in ASKS.values() if ask.route]
    assert len(routes) == len(set(routes))


def test_what_carries_credentials_has_no_socket_door() -> None:
    assert not [name for name, ask in ASKS.items() if name.startswith("auth.") and ask.socket]


def test_only_the_owner_may_tell_its_events() -> None:
    for part, allowed in users().items():
        told = [subject for subject in allowed.publish if subject.startswith("parley.event.")]
        assert told in ([], [f"parley.event.{part}.>"])


def test_a_part_gives_up_events_in_its_own_name_only() -> None:
    for part, allowed in users().items():
        dead = [subject for subject in allowed.publish if subject.startswith("parley.dead.")]
        assert dead == ([f"parley.dead.{part}.>"] if part in HEARERS else [])
    assert dead_subject("notifier", "parley.event.messenger.member.added.c1.u1").startswith(
        "parley.dead.notifier.messenger."
    )


def test_only_named_askers_may_ask() -> None:
    for part, allowed in users().items():
        for ask in ASKS.values():
            assert (ask.subject in allowed.publish) == (part in ask.askers and ask.owner != "gateway")


@pytest.mark.parametrize("key", ["", "a.b", "*", ">", "ä", "x" * 65])
def test_what_is_no_id_never_becomes_a_subject(key: str) -> None:
    with pytest.raises(ValueError, match="not the keys"):
        MESSAGE_SENT.subject(key)


def test_every_code_has_a_status_and_every_ending_a_sentence() -> None:
    assert all(400 <= status < 600 for status in STATUS.values())
    assert all(ending.message.endswith(".") for ending in ENDINGS.values())
