"""Read markers reckoned from the record alone: joining and sending move them, reading moves them, nothing else does."""

from __future__ import annotations

from collections import defaultdict

from tests.kit.evidence import OUTCOME_UNKNOWN, Evidence
from tests.kit.history import Acknowledged, Asked, Body, Entry, Pushed, Ready

Key = tuple[str, str]


class Markers:
    """Per conversation the last `seq`, per person and conversation the marker; unsure where an ask went unanswered."""

    def __init__(self, last_seq: dict[str, int], read_seq: dict[Key, int], unsure: set[Key]) -> None:
        self._last_seq = last_seq
        self._read_seq = read_seq
        self._unsure = unsure

    def unread(self, user_id: str) -> dict[str, int]:
        """Of the conversations whose marker is known for sure."""
        return {
            key: self._last_seq[key] - read_seq
            for (key, reader), read_seq in self._read_seq.items()
            if reader == user_id and (key, reader) not in self._unsure
        }


def markers_at(evidence: Evidence) -> dict[int, Markers]:
    """By the `id` of each quiet point."""
    return {id(quiet): _reckoned(evidence, quiet.at) for quiet in evidence.quiets}


def _reckoned(evidence: Evidence, until: float) -> Markers:
    last_seq: dict[str, int] = defaultdict(int)
    read_seq: dict[Key, int] = defaultdict(int)
    unsure: set[Key] = set()
    for witness in evidence.witnesses.values():
        asks: dict[int, Asked] = {}
        for record in witness.records:
            if record.at > until:
                break
            _take(record, witness.user_id, asks, last_seq, read_seq, unsure)
        for asked in asks.values():
            unsure.add((asked.fields.get("conversation_id", ""), witness.user_id))
    for key, user_id in [each for each in read_seq if not evidence.answers.is_member(*each)]:
        del read_seq[key, user_id]
    return Markers(last_seq, read_seq, unsure)


def _take(
    record: Entry,
    me: str,
    asks: dict[int, Asked],
    last_seq: dict[str, int],
    read_seq: dict[Key, int],
    unsure: set[Key],
) -> None:
    """`asks` keeps the asks about markers that have no answer yet."""

    def said(message: Body) -> None:
        key, seq = message["conversation_id"], message["seq"]
        last_seq[key] = max(last_seq[key], seq)
        read_seq[key, me] = max(read_seq[key, me], seq if message["sender_id"] == me else 0)

    if isinstance(record, Ready) and record.snapshot is not None:
        for each in record.snapshot["conversations"]:
            key = each["conversation_id"]
            last_seq[key] = max(last_seq[key], each["last_seq"])
            read_seq[key, me] = max(read_seq[key, me], each["read_seq"])
    elif isinstance(record, Pushed) and record.name == "message.sent":
        said(record.body["message"])
    elif isinstance(record, Pushed) and record.name in ("group.created", "group.updated"):
        key, joined_at = record.body["conversation"]["conversation_id"], record.body["conversation"].get("last_seq", 0)
        last_seq[key] = max(last_seq[key], joined_at)
        if record.name == "group.created" or (key, me) not in read_seq:
            read_seq[key, me] = max(read_seq[key, me], joined_at)
    elif isinstance(record, Asked) and record.name == "conversation.read":
        asks[record.ask] = record
    elif isinstance(record, Asked) and record.name == "conversation.mark_unread":
        unsure.add((record.fields.get("conversation_id", ""), me))
    elif isinstance(record, Acknowledged) and record.ok and "message" in record.body:
        if record.body["message"]["sender_id"] == me:
            said(record.body["message"])
    elif isinstance(record, Acknowledged) and record.ask in asks:
        asked = asks.pop(record.ask)
        if record.ok:
            key = asked.fields["conversation_id"]
            read_seq[key, me] = max(read_seq[key, me], min(asked.fields["seq"], record.body["read_seq"]))
        elif record.body["code"] in OUTCOME_UNKNOWN:
            unsure.add((asked.fields.get("conversation_id", ""), me))
