"""Hears presence.connection.lost and restored through a durable consumer that all replicas share."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import msgspec

from chassis.bus import Heard, Told
from contracts.limits import is_id
from contracts.presence import CONNECTION_LOST, CONNECTION_RESTORED, ConnectionLost, ConnectionRestored
from services.notifier.actions.note_connections import NoteConnections

CONSUMER = "notifier_connections"
SUBJECTS = [f"{CONNECTION_LOST.prefix}.>", f"{CONNECTION_RESTORED.prefix}.>"]
OfConnection = ConnectionLost | ConnectionRestored
_lost = msgspec.json.Decoder(ConnectionLost).decode
_restored = msgspec.json.Decoder(ConnectionRestored).decode


def understood(told: Told) -> OfConnection:
    """Raises ValueError or RecursionError: it is no such event."""
    event: OfConnection = _lost(told.data) if told.name == "presence.connection.lost" else _restored(told.data)
    datetime.fromisoformat(event.lost_at)
    if not is_id(event.user_id):
        raise ValueError("not an id")
    return event


def taking(note_connections: NoteConnections) -> Callable[[Sequence[Heard[OfConnection]]], Awaitable[None]]:
    async def take(heard: Sequence[Heard[OfConnection]]) -> None:
        await note_connections([one.event for one in heard])

    return take
