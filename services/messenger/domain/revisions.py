"""A message is edited or deleted: who may, for how long, and what is left of it.

`revision` is absent until then, and one more with each: of two who change a message at once, each decides on what the
other left.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from chassis.bus import Fact, fact
from chassis.clock import rfc3339
from contracts.messenger import MESSAGE_DELETED, MESSAGE_EDITED, MessageChanged
from contracts.refusals import Refused
from services.messenger.domain import messages
from services.messenger.domain.messages import Document


def edit(
    message: Mapping[str, Any], text: str, user_id: str, now: datetime, window: timedelta, *, may_write: bool
) -> Document | None:
    """The fields that change; None: it says so already, and whoever repeats an edit is answered. Raises Refused."""
    if message.get("deleted_at"):
        raise not_found()
    if message.get("change"):
        raise Refused("forbidden", "What says how a group was changed is not edited.")
    _check_author(message, user_id)
    if message["text"] == text:
        return None
    if not may_write:
        raise Refused("writing_disabled", "Only the owner writes here.")
    _check_window(message, now, window, "edited")
    return {"text": text, "edited_at": rfc3339(now), **_next(message)}


def deletion(message: Mapping[str, Any], user_id: str, role: str, now: datetime, window: timedelta) -> Document | None:
    """As `edit`; a field that is None goes. By an admin any message, for ever; of a system message that alone."""
    if not may_delete_everywhere(role):
        if message.get("change"):
            raise Refused("forbidden", "What says how a group was changed is deleted by administrators only.")
        _check_author(message, user_id)
    if message.get("deleted_at"):
        return None
    if not may_delete_everywhere(role):
        _check_window(message, now, window, "deleted")
    gone = {"text": "", "edited_at": None, "change": None}
    return {**gone, "deleted_at": rfc3339(now), "deleted_by": user_id, **_next(message)}


def may_delete_everywhere(role: str) -> bool:
    """Also where they do not belong: somebody has complained of what they cannot read."""
    return role == "admin"


def told(message: Mapping[str, Any], by: str) -> Fact:
    """Of a message that was edited or deleted just now."""
    at = message["deleted_at"] if message.get("deleted_at") else message["edited_at"]
    event = MESSAGE_DELETED if message.get("deleted_at") else MESSAGE_EDITED
    body = MessageChanged(message=messages.shown(message), by=by, at=at)
    return fact(event, body, message["conversation_id"], id=f"{message['_id']}.{message['revision']}", at=at)


def not_found() -> Refused:
    return Refused("not_found", "There is no such message for you.")


def _check_author(message: Mapping[str, Any], user_id: str) -> None:
    if message["sender_id"] != user_id:
        raise Refused("forbidden", "This is a message of somebody else.")


def _check_window(message: Mapping[str, Any], now: datetime, window: timedelta, what: str) -> None:
    if not window:
        raise Refused("forbidden", f"Messages are not {what} here.")
    if now - datetime.fromisoformat(message["sent_at"]) >= window:
        seconds = int(window.total_seconds())
        raise Refused("forbidden", f"A message can be {what} for {seconds} seconds after it was sent, no longer.")


def _next(message: Mapping[str, Any]) -> Document:
    return {"revision": message.get("revision", 0) + 1}
