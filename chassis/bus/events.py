"""An event as it enters the stream: CloudEvents 1.0 in binary mode, `Nats-Msg-Id` equal to `ce-id`."""

import msgspec

from contracts.table import Event, Wire

_encode = msgspec.json.Encoder().encode


class Fact(msgspec.Struct, frozen=True):
    """Ready to be told, and to be kept in an outbox until it has been. `id` is the same however often it is told."""

    id: str
    subject: str
    type: str
    at: str
    data: bytes

    def headers(self) -> dict[str, str]:
        return {
            "Nats-Msg-Id": self.id,
            "ce-id": self.id,
            "ce-specversion": "1.0",
            "ce-type": self.type,
            "ce-source": "parley",
            "ce-time": self.at,
            "content-type": "application/json",
        }


def fact(event: Event, body: Wire, *keys: str, id: str, at: str) -> Fact:
    """Raises ValueError for a key that may not become a subject token."""
    return Fact(id, event.subject(*keys), f"{event.owner}.{event.name}", at, _encode(body))
