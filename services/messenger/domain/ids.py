"""Ids that are derived, so that a repeat finds what the first made."""

from base64 import urlsafe_b64encode
from hashlib import sha256

import msgspec

_encode = msgspec.json.Encoder().encode


def message_id(conversation_id: str, sender_id: str, client_message_id: str) -> str:
    return f"m_{_digest([conversation_id, sender_id, client_message_id])}"


def change_message_id(conversation_id: str, version: int) -> str:
    """Of the system message of that version: nobody has an empty id, so that no message of theirs takes its place."""
    return message_id(conversation_id, "", str(version))


def direct_id(one: str, other: str) -> str:
    """The same in both directions."""
    return f"d_{_digest(sorted((one, other)))}"


def group_id(owner_id: str, request_id: str) -> str:
    return f"g_{_digest([owner_id, request_id])}"


def membership_id(conversation_id: str, user_id: str) -> str:
    return f"{conversation_id}:{user_id}"


def is_direct(conversation_id: str) -> bool:
    return conversation_id.startswith("d_")


def _digest(parts: list[str]) -> str:
    return urlsafe_b64encode(sha256(_encode(parts)).digest()).decode()[:24]
