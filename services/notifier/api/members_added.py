"""Hears messenger.member.added through the durable consumer that all replicas share."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import msgspec

from chassis.bus import Heard, Told
from contracts.limits import is_id
from contracts.messenger import MEMBER_ADDED, MemberAdded
from services.notifier.actions.raise_notices import RaiseNotices

CONSUMER = "notifier"
SUBJECT = f"{MEMBER_ADDED.prefix}.>"
_decode = msgspec.json.Decoder(MemberAdded).decode


def understood(told: Told) -> MemberAdded:
    """Raises ValueError or RecursionError: it is no such event."""
    event = _decode(told.data)
    datetime.fromisoformat(event.at)
    if not is_id(event.user_id):
        raise ValueError("not an id")
    return event


def taking(raise_notices: RaiseNotices[MemberAdded]) -> Callable[[Sequence[Heard[MemberAdded]]], Awaitable[None]]:
    async def take(heard: Sequence[Heard[MemberAdded]]) -> None:
        await raise_notices([(one.id, one.event) for one in heard])

    return take
