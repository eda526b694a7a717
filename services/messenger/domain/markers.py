"""A read marker moves: by a reader, forward or back, under a next version; by the reader's own messages, forward only. By what
says that they changed the group it moves as by reading, and only where they had read all before.

A marker that is put back remembers `sent_above`, the highest seq that was there then: only own messages above it move the
marker. So the marker is that of the highest version, then the highest own message above its `sent_above`: whoever knows the
versions and the messages knows it, in whatever order they came.
"""

from collections.abc import Mapping
from typing import Any

from contracts.messenger import ReadAnswer
from services.messenger.domain.conversations import are_readers_told, invalid
from services.messenger.domain.memberships import Change, has_read, marker_of


def forward(conversation: Mapping[str, Any], membership: Mapping[str, Any], seq: int, at: str) -> Change | None:
    """`seq` beyond the last message counts as the last. None: the marker is there already, or further."""
    seq = min(seq, conversation["last_seq"])
    if seq <= marker_of(membership):
        return None
    return _moved(membership, seq, membership.get("sent_above", 0), are_readers_told(conversation), at)


def by_own_change(membership: Mapping[str, Any], seq: int, at: str) -> Change | None:
    """Whoever had read all before has read the message with this `seq`, too, which says their change of the group: it tells
    the others. None: there was more to read, and all that is unread stays so."""
    if marker_of(membership) != seq - 1:
        return None
    return _moved(membership, seq, membership.get("sent_above", 0), False, at)


def back(conversation: Mapping[str, Any], membership: Mapping[str, Any], seq: int, at: str) -> Change | None:
    """Before the message with this `seq`, never before the first that the person sees. None: the marker is there already,
    or further back."""
    marker = marker_of(membership)
    target = max(membership["from_seq"], seq - 1)
    if target >= marker:
        return None
    # the marker may be ahead of the conversation, whose last message is remembered at the same time
    sent_above = max(conversation["last_seq"], marker, membership.get("sent_above", 0))
    return _moved(membership, target, sent_above, are_readers_told(conversation), at)


def shown(conversation: Mapping[str, Any], membership: Mapping[str, Any]) -> ReadAnswer:
    marker = marker_of(membership)
    unread = max(0, conversation["last_seq"] - marker)
    return ReadAnswer(conversation_id=conversation["_id"], read_seq=marker, unread=unread)


def check(seq: int, lowest: int) -> None:
    """Raises Refused."""
    if seq < lowest:
        raise invalid("seq", "Not a seq.")


def _moved(membership: Mapping[str, Any], seq: int, sent_above: int, readers_told: bool, at: str) -> Change:
    version = membership.get("read_version", 0) + 1
    fact = has_read(membership, seq, version, sent_above, readers_told, at)
    return Change({"read_seq": seq, "read_version": version, "sent_above": sent_above}, fact)
