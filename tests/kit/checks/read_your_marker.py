"""Whoever moved their read marker forward sees it pushed, as far as they read, where they read."""

from __future__ import annotations

from collections import defaultdict

from tests.kit.evidence import Evidence, Witness, is_live_after, pushed_message
from tests.kit.history import Acknowledged, Asked, Body, Entry, Pushed, Quiet, Ready
from tests.kit.violation import Violation

RULE = "read_your_marker"


def read_your_marker(evidence: Evidence) -> list[Violation]:
    return [violation for witness in evidence.witnesses.values() for violation in _violations(witness)]


def _violations(witness: Witness) -> list[Violation]:
    found = []
    markers = _Markers(witness.user_id)
    is_live = False
    for record in witness.records:
        is_live = is_live_after(record, is_live)
        markers.take(record)
        if isinstance(record, Quiet) and is_live:
            found += [
                Violation(RULE, witness.client, f"{key}: read up to {seq}, and never saw it pushed")
                for key, seq in markers.untold()
            ]
    return found


class _Markers:
    """Owed is a reading that was acknowledged and went beyond all that was known when it was asked; the marker may also
    have got there by sending. A snapshot speaks for what came before it.
    """

    def __init__(self, me: str) -> None:
        self._me = me
        self._known: dict[str, int] = defaultdict(int)
        self._told: dict[str, int] = defaultdict(int)
        self._asks: dict[int, tuple[str, int]] = {}
        self._owed: dict[str, int] = {}

    def take(self, record: Entry) -> None:
        message = pushed_message(record)
        if message is not None:
            if message["sender_id"] == self._me and "change" not in message:
                self._move(message["conversation_id"], message["seq"])
        elif isinstance(record, Pushed):
            self._take_push(record.name, record.body)
        elif isinstance(record, Ready) and record.snapshot is not None:
            self._owed.clear()
            for each in record.snapshot["conversations"]:
                self._know(each)
        elif isinstance(record, Asked) and record.name == "conversation.read":
            key = record.fields.get("conversation_id", "")
            if isinstance(key, str):
                self._asks[record.ask] = key, self._known[key]
        elif isinstance(record, Acknowledged) and record.ok and record.ask in self._asks:
            key, known = self._asks.pop(record.ask)
            if record.body["read_seq"] > known:
                self._owed[key] = max(record.body["read_seq"], self._owed.get(key, 0))

    def untold(self) -> list[tuple[str, int]]:
        """Once: what is said is owed no more."""
        owed, self._owed = self._owed, {}
        return [(key, seq) for key, seq in owed.items() if self._told[key] < seq]

    def _take_push(self, name: str, body: Body) -> None:
        if name == "conversation.read" and body["user_id"] == self._me:
            self._move(body["conversation_id"], body["seq"])
        elif name == "unread":
            for each in body["conversations"]:
                self._know(each)
        elif name == "group.deleted":
            self._owed.pop(body["conversation"]["conversation_id"], None)

    def _move(self, key: str, seq: int) -> None:
        self._told[key] = max(self._told[key], seq)
        self._known[key] = max(self._known[key], seq)

    def _know(self, state: Body) -> None:
        key = state["conversation_id"]
        self._known[key] = max(self._known[key], state["read_seq"])
