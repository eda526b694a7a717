"""Hears auth.session.ended and auth.password.changed through a durable consumer that all replicas share."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import msgspec

from chassis.bus import Heard, Told
from contracts.auth import PASSWORD_CHANGED, SESSION_ENDED, PasswordChanged, SessionEnded
from contracts.limits import is_id
from services.notifier.actions.raise_notices import RaiseNotices

CONSUMER = "notifier_accounts"
SUBJECTS = [f"{SESSION_ENDED.prefix}.>", f"{PASSWORD_CHANGED.prefix}.>"]
OfAccount = SessionEnded | PasswordChanged
_ended = msgspec.json.Decoder(SessionEnded).decode
_changed = msgspec.json.Decoder(PasswordChanged).decode


def understood(told: Told) -> OfAccount:
    """Raises ValueError or RecursionError: it is no such event."""
    event: OfAccount = _ended(told.data) if told.name == "auth.session.ended" else _changed(told.data)
    datetime.fromisoformat(event.at)
    if not is_id(event.user_id):
        raise ValueError("not an id")
    return event


def taking(raise_notices: RaiseNotices[OfAccount]) -> Callable[[Sequence[Heard[OfAccount]]], Awaitable[None]]:
    async def take(heard: Sequence[Heard[OfAccount]]) -> None:
        await raise_notices([(one.id, one.event) for one in heard])

    return take
