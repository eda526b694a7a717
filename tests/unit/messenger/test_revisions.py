"""Who may edit and delete a message, how long, and what is left of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.refusals import Refused
from services.messenger.domain import revisions
from services.messenger.domain.messages import Document

NOW = datetime(2026, 1, 5, 8, 30, tzinfo=UTC)
DAY = timedelta(days=1)
NEVER = timedelta(0)


def message(**fields: Any) -> Document:
    said = {
        "_id": "m_1",
        "conversation_id": "g_1",
        "seq": 7,
        "sender_id": "ada",
        "text": "hi",
        "client_message_id": "c",
    }
    return {**said, "sent_at": "2026-01-05T08:29:00.000Z", **fields}


def edit(text: str = "ho", who: str = "ada", window: timedelta = DAY, may_write: bool = True, **fields: Any) -> Any:
    try:
        return revisions.edit(message(**fields), text, who, NOW, window, may_write=may_write)
    except Refused as refused:
        return refused.code


def delete(who: str = "ada", role: str = "agent", window: timedelta = DAY, **fields: Any) -> Any:
    try:
        return revisions.deletion(message(**fields), who, role, NOW, window)
    except Refused as refused:
        return refused.code


AT = "2026-01-05T08:30:00.000Z"
DELETED: dict[str, Any] = {"text": "", "deleted_at": AT, "deleted_by": "ada", "revision": 1}
GONE = {"text": "", "edited_at": None, "change": None, "deleted_at": AT}


def test_an_edit() -> None:
    assert edit() == {"text": "ho", "edited_at": AT, "revision": 1}
    assert edit(revision=4)["revision"] == 5
    assert edit(text="hi") is None
    assert (edit(who="grace"), edit(who="grace", text="hi")) == ("forbidden", "forbidden")
    assert edit(may_write=False) == "writing_disabled"
    assert edit(**DELETED) == "not_found"
    assert edit(change={"name": "Night"}) == "forbidden"


def test_a_deletion() -> None:
    assert delete() == {**GONE, "deleted_by": "ada", "revision": 1}
    assert delete(revision=4, edited_at=AT)["revision"] == 5
    assert (delete(**DELETED), delete("root", "admin", **DELETED)) == (None, None)
    assert (delete("grace"), delete("grace", "user"), delete("grace", **DELETED)) == ("forbidden",) * 3
    assert delete("root", "admin") == {**GONE, "deleted_by": "root", "revision": 1}
    changed: dict[str, Any] = {"change": {"name": "Night"}}
    assert (delete(**changed), delete("root", "admin", **changed)["text"]) == ("forbidden", "")


@pytest.mark.parametrize("do", [edit, delete])
def test_the_window(do: Any) -> None:
    assert do(sent_at="2026-01-04T08:30:00.001Z")["revision"] == 1
    assert do(sent_at="2026-01-04T08:30:00.000Z") == "forbidden"
    assert do(window=NEVER) == "forbidden"
    assert do(window=NEVER, sent_at="2026-01-05T08:31:00.000Z") == "forbidden"  # a clock that is ahead


def test_repeats_and_admins_know_no_window() -> None:
    assert edit(text="hi", window=NEVER) is None
    assert delete(window=NEVER, **DELETED) is None
    assert delete("root", "admin", NEVER)["revision"] == 1


def test_what_is_told() -> None:
    edited = {**message(), **edit()}
    told = revisions.told(edited, "ada")
    assert (told.type, told.id, told.subject) == (
        "messenger.message.edited",
        "m_1.1",
        "parley.event.messenger.message.edited.g_1",
    )
    deleted = {**edited, **revisions.deletion(edited, "root", "admin", NOW, DAY)}  # type: ignore[dict-item]
    told = revisions.told(deleted, "root")
    assert (told.type, told.id) == ("messenger.message.deleted", "m_1.2")
    assert b"ho" not in told.data.replace(b"who", b"")
    assert b"edited_at" not in told.data
