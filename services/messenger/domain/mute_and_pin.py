"""What a conversation is to one of its members alone: muted, pinned. It ends when they leave.

A pin has a place, below PINNED_MAX, that no other of the same person has: so there are never more, however many devices pin
at once.
"""

from collections.abc import Collection, Mapping
from typing import Any

from chassis.bus import fact
from contracts.limits import PINNED_MAX
from contracts.messenger import CONVERSATION_UPDATED, ConversationUpdated
from contracts.refusals import Refused
from services.messenger.domain.memberships import Change


def is_muted(membership: Mapping[str, Any]) -> bool:
    return bool(membership.get("muted"))


def is_pinned(membership: Mapping[str, Any]) -> bool:
    return membership.get("pin") is not None


def change(
    membership: Mapping[str, Any], muted: bool | None, pinned: bool | None, taken: Collection[int], at: str
) -> Change | None:
    """`taken` places of the person's other pins. None: it is so already. Raises Refused."""
    will_be_muted = is_muted(membership) if muted is None else muted
    will_be_pinned = is_pinned(membership) if pinned is None else pinned
    if (will_be_muted, will_be_pinned) == (is_muted(membership), is_pinned(membership)):
        return None
    place = (membership.get("pin") if is_pinned(membership) else _free(taken)) if will_be_pinned else None
    version = membership.get("own_version", 0) + 1
    key, user_id = membership["conversation_id"], membership["user_id"]
    body = ConversationUpdated(
        conversation_id=key, user_id=user_id, muted=will_be_muted, pinned=will_be_pinned, version=version, at=at
    )
    told = fact(CONVERSATION_UPDATED, body, key, user_id, id=f"{key}.{user_id}.u{version}", at=at)
    return Change({"muted": will_be_muted or None, "pin": place, "own_version": version}, told)


def _free(taken: Collection[int]) -> int:
    for place in range(PINNED_MAX):
        if place not in taken:
            return place
    raise Refused("conflict", f"{PINNED_MAX} conversations are pinned already: no more can be.")
