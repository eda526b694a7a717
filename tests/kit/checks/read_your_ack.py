"""Whoever sent a message sees it pushed, as it was acknowledged: the same `seq`, the same message."""

from __future__ import annotations

from tests.kit.evidence import Evidence, Witness, identity, is_live_after, pushed_message
from tests.kit.history import Acknowledged, Asked, Body, Quiet, Ready
from tests.kit.violation import Violation

RULE = "read_your_ack"


def read_your_ack(evidence: Evidence) -> list[Violation]:
    return [violation for witness in evidence.witnesses.values() for violation in _violations(witness)]


def _violations(witness: Witness) -> list[Violation]:
    """A `ready` that is not recovered lays the duty down: the snapshot speaks for what came before it, also where that is
    acknowledged only afterwards, because it was sent again."""
    found = []
    sends: set[int] = set()
    owed: dict[str, Body] = {}
    pushed: dict[str, Body] = {}
    spoken_for: dict[str, int] = {}
    is_live = False
    for record in witness.records:
        is_live = is_live_after(record, is_live)
        message = pushed_message(record)
        if message is not None:
            if message["sender_id"] == witness.user_id:
                pushed[message["client_message_id"]] = message
        elif isinstance(record, Asked) and record.name == "message.send":
            sends.add(record.ask)
        elif isinstance(record, Acknowledged) and record.ok and record.ask in sends:
            message = record.body["message"]
            if message["seq"] > spoken_for.get(message["conversation_id"], 0):
                owed[message["client_message_id"]] = message
        elif isinstance(record, Ready) and not record.recovered:
            owed.clear()
            spoken_for = _last_seqs(record.snapshot or {})
        elif isinstance(record, Quiet) and is_live:
            found += [_violation(witness, each, pushed.get(key)) for key, each in owed.items()]
            owed.clear()
    return [each for each in found if each is not None]


def _last_seqs(snapshot: Body) -> dict[str, int]:
    return (
        {each["conversation_id"]: each["last_seq"] for each in snapshot["unread"]["conversations"]} if snapshot else {}
    )


def _violation(witness: Witness, acknowledged: Body, pushed: Body | None) -> Violation | None:
    where = f"{acknowledged['conversation_id']} seq {acknowledged['seq']}"
    if pushed is None:
        return Violation(RULE, witness.client, f"{where} was acknowledged, and its sender never saw it")
    if (acknowledged["seq"], identity(acknowledged)) != (pushed["seq"], identity(pushed)):
        return Violation(RULE, witness.client, f"{where} was acknowledged, and pushed as seq {pushed['seq']}")
    return None
