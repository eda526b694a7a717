"""The golden examples are what clients and subscribers rely on: they decode, and what we say is the same again."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from contracts.everything import ASKS, EVENTS, PUSHES

GOLDEN = Path(__file__).parents[2] / "contracts" / "golden"


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text())
    return content


def _same(example: Any, kind: type[Any]) -> None:
    understood = msgspec.convert(example, kind)
    assert json.loads(msgspec.json.encode(understood)) == example


@pytest.mark.parametrize("name", ASKS)
def test_an_ask_is_said_as_its_example(name: str) -> None:
    example = _read("asks")[name]
    _same(example["request"], ASKS[name].request)
    _same(example["answer"], ASKS[name].answer)


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_is_said_as_its_example(name: str) -> None:
    _same(_read("events")[name], EVENTS[name].body)


@pytest.mark.parametrize("name", PUSHES)
def test_a_push_is_said_as_its_example(name: str) -> None:
    _same(_read("pushes")[name], PUSHES[name].body)


def test_no_example_without_a_row() -> None:
    assert set(_read("asks")) == set(ASKS)
    assert set(_read("events")) == set(EVENTS)
    assert set(_read("pushes")) == set(PUSHES)


def test_every_unread_count_is_what_was_not_read() -> None:
    for example in (_read("asks"), _read("events"), _read("pushes")):
        for one in _objects(example):
            if {"unread", "last_seq", "read_seq"} <= set(one):
                assert one["unread"] == one["last_seq"] - one["read_seq"], one


def _objects(example: Any) -> Iterator[dict[str, Any]]:
    if isinstance(example, dict):
        yield example
        example = list(example.values())
    for one in example if isinstance(example, list) else ():
        yield from _objects(one)


def test_what_is_unknown_is_ignored() -> None:
    example = _read("events")["messenger.message.sent"] | {"from_the_future": 1}
    msgspec.convert(example, EVENTS["messenger.message.sent"].body)
