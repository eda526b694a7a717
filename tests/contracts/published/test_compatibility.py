"""What was released still holds; and each way to break it is seen, and named."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.published.compatibility import breaks, surface
from scripts import release_schemas
from scripts.release_schemas import last_release

Change = Callable[[dict[str, Any]], Any]


def test_what_was_released_still_holds() -> None:
    """A field that disappears, changes its type or becomes required. Where it has to be: scripts/release_schemas.py."""
    assert breaks(last_release(), surface()) == []


def test_every_event_and_type_of_a_client_was_looked_at() -> None:
    released = last_release()
    assert {name.partition(" ")[0] for name in released["rows"]} == {"ask", "push", "event"}
    assert {"Message", "MessageSent", "SendMessage", "SessionEnded", "User"} <= set(released["types"])


def _optional(fields: dict[str, Any]) -> None:
    fields["text"]["required"] = False


CHANGES: dict[str, tuple[Change, str]] = {
    "a field disappears": (
        lambda now: now["types"]["Message"].pop("reply_to_seq"),
        "Message.reply_to_seq has disappeared.",
    ),
    "a field changes its type": (
        lambda now: now["types"]["Message"]["seq"].update(type="string"),
        "Message.seq has changed its type: it was integer and is string.",
    ),
    "a list holds something else": (
        lambda now: now["types"]["Watch"]["user_ids"].update(type="list of integer or string"),
        "Watch.user_ids has changed its type: it was list of string or string and is list of integer or string.",
    ),
    "a field becomes required": (
        lambda now: now["types"]["SendMessage"]["reply_to_seq"].update(required=True),
        "SendMessage.reply_to_seq has become required.",
    ),
    "a new field is required": (
        lambda now: now["types"]["SendMessage"].update(colour={"type": "string", "required": True}),
        "SendMessage.colour is new and required: those from before do not have it.",
    ),
    "what was always there may be absent": (
        lambda now: _optional(now["types"]["Message"]),
        "Message.text may be absent now, and was always there.",
    ),
    "a closed list loses a value": (
        lambda now: now["types"]["SetPresence"]["status"].update(enum=["online", "away"]),
        "SetPresence.status has lost do_not_disturb of what it may be.",
    ),
    "a type disappears": (lambda now: now["types"].pop("Reader"), "The type Reader has disappeared."),
    "an event disappears": (
        lambda now: now["rows"].pop("event auth.session.ended"),
        "The event auth.session.ended has disappeared.",
    ),
    "an event moves": (
        lambda now: now["rows"].update({"event messenger.message.sent": "MessageSent at elsewhere"}),
        "The event messenger.message.sent was MessageSent at parley.event.messenger.message.sent.conversation_id"
        " and is MessageSent at elsewhere.",
    ),
}


@pytest.mark.parametrize(("change", "sentence"), CHANGES.values(), ids=CHANGES)
def test_what_breaks_somebody_is_named(change: Change, sentence: str) -> None:
    now: dict[str, Any] = copy.deepcopy(last_release())
    change(now)
    assert breaks(last_release(), now) == [sentence]


def test_what_is_added_breaks_nobody() -> None:
    now: dict[str, Any] = copy.deepcopy(last_release())
    now["types"]["Message"]["colour"] = {"type": "string", "required": False}
    now["types"]["New"] = {"field": {"type": "string", "required": True}}
    now["types"]["SetPresence"]["status"]["enum"] = ["online", "away", "do_not_disturb", "busy"]
    now["rows"]["event messenger.message.pinned"] = "New at parley.event.messenger.message.pinned"
    assert breaks(last_release(), now) == []


def test_a_release_refuses_what_breaks_unless_it_is_told_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    released: dict[str, Any] = copy.deepcopy(last_release())
    released["types"]["Message"]["colour"] = {"type": "string", "required": False}
    path = tmp_path / "contract.json"
    path.write_text(json.dumps(released))
    monkeypatch.setattr(release_schemas, "RELEASED", path)
    assert release_schemas.main([]) == 1
    assert "Message.colour has disappeared." in capsys.readouterr().err
    assert json.loads(path.read_text()) == released
    assert release_schemas.main(["--breaking"]) == 0
    assert json.loads(path.read_text())["types"] == surface()["types"]
