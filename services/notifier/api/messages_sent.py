"""Hears messenger.message.sent through a durable consumer that all replicas share: where something was said, and when. What was
said is not looked at."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import msgspec

from chassis.bus import Heard, Told
from contracts.limits import is_id
from contracts.messenger import MESSAGE_SENT
from services.notifier.actions.ask_for_looks import AskForLooks
from services.notifier.domain.missed import Said

CONSUMER = "notifier_messages"
SUBJECTS = [f"{MESSAGE_SENT.prefix}.>"]


class _Message(msgspec.Struct, frozen=True):
    conversation_id: str
    seq: int
    sent_at: str
    change: msgspec.Raw | None = None


class _Sent(msgspec.Struct, frozen=True):
    message: _Message


_decode = msgspec.json.Decoder(_Sent).decode


def understood(told: Told) -> Said | None:
    """None: a system message, which nobody is mailed. Raises ValueError or RecursionError: it is no such event."""
    message = _decode(told.data).message
    if not is_id(message.conversation_id) or message.seq < 1:
        raise ValueError("not a message")
    at = datetime.fromisoformat(message.sent_at)
    if at.tzinfo is None:
        raise ValueError("not a time")
    return Said(message.conversation_id, message.seq, at) if message.change is None else None


def taking(ask_for_looks: AskForLooks) -> Callable[[Sequence[Heard[Said | None]]], Awaitable[None]]:
    async def take(heard: Sequence[Heard[Said | None]]) -> None:
        await ask_for_looks([one.event for one in heard if one.event is not None])

    return take
