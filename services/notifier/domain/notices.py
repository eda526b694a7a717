"""Notices: which event raises one, what it says, and what is asked of the place that keeps them."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from chassis.bus import Fact, fact
from chassis.clock import rfc3339
from contracts.messenger import MemberAdded
from contracts.notifier import NOTICE_DISMISSED, NoticeDismissed
from contracts.refusals import Refused
from contracts.things import Notice

LISTED_MAX = 20


class RaisedNotice(msgspec.Struct, frozen=True):
    notice_id: str
    user_id: str
    code: str
    severity: str
    message: str
    raised_at: str
    conversation_id: str | None = None

    def notice(self) -> Notice:
        return Notice(
            code=self.code,
            severity=self.severity,
            message=self.message,
            notice_id=self.notice_id,
            raised_at=self.raised_at,
            conversation_id=self.conversation_id,
        )


class Notices(Protocol):
    async def add(self, notices: Sequence[RaisedNotice]) -> None:
        """Remembers each once, by its id, and sees to it that it is told. Returns once all are stored durably. Raises
        StoreAway, and may then be called again; anything else: these notices cannot be stored together."""
        ...

    async def undismissed(self, user_id: str, count_max: int) -> list[RaisedNotice]:
        """The newest, newest first."""
        ...

    async def dismiss(self, notice_id: str, user_id: str, at: datetime) -> bool:
        """Whether this person has such a notice. It is told, once: dismissing twice changes nothing."""
        ...


def notice_of(event_id: str, added: MemberAdded) -> RaisedNotice | None:
    """The same event raises the same notice, however often it is heard. None: nothing worth a notice."""
    if added.conversation.kind != "group" or added.by == added.user_id:
        return None
    name = added.conversation.name
    return RaisedNotice(
        notice_id="ntc_" + hashlib.sha256(event_id.encode()).hexdigest()[:32],
        user_id=added.user_id,
        code="added_to_group",
        severity="info",
        message=f"You were added to the group {name}." if name else "You were added to a group.",
        raised_at=added.at,
        conversation_id=added.conversation.conversation_id,
    )


def dismissal(notice_id: str, user_id: str, at: datetime) -> Fact:
    body = NoticeDismissed(user_id=user_id, notice_id=notice_id, at=rfc3339(at))
    return fact(NOTICE_DISMISSED, body, user_id, id=f"{notice_id}.{user_id}.dismissed", at=body.at)


def check_found(is_found: bool) -> None:
    if not is_found:
        raise Refused("not_found", "There is no such notice.")
