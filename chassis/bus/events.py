"""An event as it enters the stream: CloudEvents 1.0 in binary mode, `Nats-Msg-Id` equal to `ce-id`."""

import msgspec

from contracts.table import Event, Wire

JSON = "application/json"
_TOKENS_BEFORE_KEYS = 5
_encode = msgspec.json.Encoder().encode


class Fact(msgspec.Struct, frozen=True):
    """Ready to be told, and to be kept in an outbox until it has been. `id` is the same however often it is told."""

    id: str
    subject: str
    type: str
    at: str
    data: bytes

    def headers(self) -> dict[str, str]:
        """Of the NATS binding of CloudEvents 1.0.2; `content-type` is for those who know nothing of it."""
        return {
            "Nats-Msg-Id": self.id,
            "ce-id": self.id,
            "ce-specversion": "1.0",
            "ce-type": self.type,
            "ce-source": "parley",
            "ce-subject": keys_of(self.subject),
            "ce-time": self.at,
            "ce-datacontenttype": JSON,
            "content-type": JSON,
        }


def fact(event: Event, body: Wire, *keys: str, id: str, at: str) -> Fact:
    """Raises ValueError for a key that may not become a subject token."""
    return Fact(id, event.subject(*keys), f"{event.owner}.{event.name}", at, _encode(body))


def keys_of(subject: str) -> str:
    """What the event is about: the ids at the end of its subject."""
    return ".".join(subject.split(".")[_TOKENS_BEFORE_KEYS:])
