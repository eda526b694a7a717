"""AsyncAPI: everything a socket carries and every event, with what it really has. `tests/web` looks at it with AsyncAPI's own
schema, for which Node is needed."""

import re

from chassis.bus.events import fact
from contracts.everything import ASKS, EVENTS, PUSHES
from contracts.messenger import MESSAGE_SENT, MessageSent
from contracts.published.asked import CLIENT_ASKS
from contracts.published.asyncapi import HEADERS, asyncapi
from tests.kit.schemas import at, fits, refs, within

DOCUMENT = asyncapi()


def test_everything_it_refers_to_is_there() -> None:
    found = list(refs(DOCUMENT))
    assert len(found) > 300
    for ref in found:
        at(DOCUMENT, ref)


def test_it_has_every_ask_every_push_and_every_event() -> None:
    asked = {name for name, one in DOCUMENT["operations"].items() if one["action"] == "receive"}
    told = {name for name, one in DOCUMENT["operations"].items() if one["action"] == "send"}
    assert asked == {name for name, ask in CLIENT_ASKS.items() if ask.socket}
    assert told == {f"push.{name}" for name in PUSHES} | {f"event.{name}" for name in EVENTS}
    assert "lease.open" in ASKS and "lease.open" not in asked


def test_the_address_of_an_event_is_its_subject() -> None:
    for name, event in EVENTS.items():
        channel = DOCUMENT["channels"][name]
        assert re.sub(r"[{}]", "", channel["address"]) == event.subject(*event.keys)
        assert list(channel["parameters"]) == list(event.keys)


def test_the_headers_are_those_that_an_event_has() -> None:
    example = DOCUMENT["channels"]["messenger.message.sent"]["messages"]["messenger.message.sent"]["examples"][0]
    told = fact(MESSAGE_SENT, MessageSent(message=None), "g_floor1", id="m_1", at="now").headers()  # type: ignore[arg-type]
    assert set(told) == set(HEADERS)
    assert (
        told.items() >= {name: example["headers"][name] for name in ("ce-specversion", "ce-type", "ce-source")}.items()
    )


def test_its_examples_fit_its_schemas() -> None:
    messages = [message for channel in DOCUMENT["channels"].values() for message in channel["messages"].values()]
    assert len(messages) > 80
    for message in messages:
        for example in message["examples"]:
            fits(DOCUMENT, message["payload"], example["payload"])


def test_a_refusal_is_an_acknowledgement_too() -> None:
    payload = DOCUMENT["channels"]["socket"]["messages"]["message.send.acknowledged"]["payload"]
    validator = within(DOCUMENT, payload)
    assert validator.is_valid({"ok": False, "error": {"code": "writing_disabled", "message": "No."}})
    assert not validator.is_valid({"ok": False, "error": {"code": "invalid_credentials", "message": "No."}})
    assert not validator.is_valid({"ok": True})
