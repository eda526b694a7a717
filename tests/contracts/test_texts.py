"""Of what a version does not know nothing is told to those who may have no text."""

import json

import pytest

from contracts.everything import EVENTS
from contracts.texts import without_text
from tests.contracts.test_golden import _read


@pytest.mark.parametrize("name", EVENTS)
def test_a_field_from_the_future_is_left_out(name: str) -> None:
    """In an event that carries no message it was passed on, and might have been a text."""
    told = _read("events")[name] | {"from_the_future": "Good morning"}
    left = without_text(name, json.dumps(told).encode())
    assert b"Good morning" not in left
    assert json.loads(left).keys() == _read("events")[name].keys()


@pytest.mark.parametrize("name", EVENTS)
def test_what_is_no_such_event_is_refused(name: str) -> None:
    with pytest.raises(ValueError):
        without_text(name, b'{"config": {"description": "Good morning"}}')


def test_of_an_event_from_the_future_nothing_is_left() -> None:
    assert without_text("messenger.poll.opened", b'{"text": "Good morning"}') == b"{}"
