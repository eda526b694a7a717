"""The proof from the log alone: each difference between the log and a history, or a count, is found."""

from __future__ import annotations

from typing import cast as typed
from unittest.mock import Mock

import pytest

from bench.replay.cast import Cast
from bench.replay.device import Device
from bench.replay.log import Line
from bench.replay.play import Posted
from bench.replay.proof import prove
from tests.kit.answers import Answers
from tests.kit.history import Body
from tests.kit.person import Person

LINES = [
    Line(0, "Ada", "hello all"),
    Line(0, "Grace", "hello Ada", "Ada"),
    Line(1, "Ada", "and again", "nobody here"),
    Line(1, "Linus", "me too"),
]


def someone(user_id: str) -> Person:
    return typed(Person, Mock(spec=Person, user_id=user_id))


NOBODYS = Device(["http://nowhere"], "admin", "")


@pytest.fixture
def cast() -> Cast:
    people = {name: someone(name.lower()) for name in ("Ada", "Grace", "Linus")}
    return Cast("r1", someone("admin"), people, NOBODYS, group_id="all")


@pytest.fixture
def posted() -> list[Posted]:
    posted = [Posted(line, f"r1-{number}") for number, line in enumerate(LINES)]
    seqs: dict[str, int] = {}
    for each in posted:
        key = "ada-grace" if each.line.to == "Ada" else "all"
        seqs[key] = seqs.get(key, 0) + 1
        each.message = {
            "conversation_id": key,
            "seq": seqs[key],
            "client_message_id": each.client_message_id,
            "sender_id": each.line.sender.lower(),
            "text": each.line.text,
        }
    return posted


@pytest.fixture
def answers(posted: list[Posted]) -> Answers:
    """Linus has read everything; nobody else has."""
    answers = Answers()
    members = {"all": ("ada", "grace", "linus", "admin"), "ada-grace": ("ada", "grace")}
    unread = {("all", "ada"): 1, ("all", "grace"): 3, ("all", "admin"): 3, ("ada-grace", "ada"): 1}
    for key, readers in members.items():
        messages = [dict(each.message) for each in posted if each.message["conversation_id"] == key]
        for reader in readers:
            listed = {"conversation_id": key, "unread": unread.get((key, reader), 0), "last_seq": len(messages)}
            answers.add_conversations(reader, [listed])
            answers.add_messages(key, reader, [dict(message) for message in messages])
    return answers


def test_what_was_posted_and_is_there_is_proven(posted: list[Posted], cast: Cast, answers: Answers) -> None:
    assert prove(posted, cast, answers, {"Linus"}) == []


def drop(messages: list[Body]) -> None:
    messages.pop()


def repeat(messages: list[Body]) -> None:
    messages.append(messages[0])


def reword(messages: list[Body]) -> None:
    messages[0] = {**messages[0], "text": "other words"}


def reorder(messages: list[Body]) -> None:
    messages.reverse()


def exchange(messages: list[Body]) -> None:
    messages[0] = {**messages[0], "client_message_id": "other"}


@pytest.mark.parametrize("change", [drop, repeat, reword, reorder, exchange])
@pytest.mark.parametrize("reader", ["ada", "linus", "admin"])
def test_a_wrong_history_is_found(
    posted: list[Posted], cast: Cast, answers: Answers, change: Mock, reader: str
) -> None:
    change(answers.messages["all"][reader])
    assert prove(posted, cast, answers, {"Linus"}) != []


def test_a_direct_message_that_only_its_sender_has_is_found(posted: list[Posted], cast: Cast, answers: Answers) -> None:
    answers.messages["ada-grace"]["ada"].clear()
    assert prove(posted, cast, answers, {"Linus"}) != []


def test_a_conversation_with_two_ids_is_found(posted: list[Posted], cast: Cast, answers: Answers) -> None:
    posted[-1].message["conversation_id"] = "another"
    assert prove(posted, cast, answers, {"Linus"}) != []


def test_unread_of_who_read_and_who_did_not(posted: list[Posted], cast: Cast, answers: Answers) -> None:
    assert prove(posted, cast, answers, set()) == []  # Linus wrote last: nothing to read
    assert {violation.who for violation in prove(posted, cast, answers, {"Linus", "Ada"})} == {"ada"}
    answers.conversations["grace"]["all"]["unread"] = 0
    assert {violation.who for violation in prove(posted, cast, answers, {"Linus"})} == {"grace"}
