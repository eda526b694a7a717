"""Cursors: opaque to whoever asks."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

import msgspec

from services.messenger.domain.conversations import invalid


def cursor_of(*parts: str) -> str:
    return urlsafe_b64encode(msgspec.json.encode(parts)).decode().rstrip("=")


def parts_of(cursor: str, count: int) -> list[str]:
    """Raises Refused."""
    try:
        parts = msgspec.json.decode(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=list[str])
    except (ValueError, msgspec.MsgspecError):
        raise invalid("cursor", "Not a cursor from here.") from None
    if len(parts) != count:
        raise invalid("cursor", "Not a cursor from here.")
    return parts
