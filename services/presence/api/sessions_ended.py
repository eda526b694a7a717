"""Hears auth.session.ended through the durable consumer that all replicas share."""

from collections.abc import Awaitable, Callable, Sequence

import msgspec

from chassis.bus import Heard, Told
from contracts.auth import SESSION_ENDED, SessionEnded
from contracts.limits import is_id
from services.presence.actions.end_sessions import EndSessions

CONSUMER = "presence"
SUBJECT = f"{SESSION_ENDED.prefix}.>"
_decode = msgspec.json.Decoder(SessionEnded).decode


def understood(told: Told) -> SessionEnded:
    """Raises ValueError or RecursionError: it is no such event."""
    event = _decode(told.data)
    if not is_id(event.user_id):
        raise ValueError("not an id")
    return event


def taking(end_sessions: EndSessions) -> Callable[[Sequence[Heard[SessionEnded]]], Awaitable[None]]:
    async def take(heard: Sequence[Heard[SessionEnded]]) -> None:
        await end_sessions([(one.event.user_id, one.event.session_id) for one in heard])

    return take
