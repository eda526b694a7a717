"""Every durable push has a cursor, which at one client stands for one event only; and a client starts from a cursor. How far
others have read is told at most once a second, with the cursor of then: that one may be another event's, too.
"""

from __future__ import annotations

from tests.kit.evidence import Evidence, Witness
from tests.kit.history import Pushed, Ready
from tests.kit.violation import Violation

RULE = "own_cursor"

DURABLE = {
    "message.sent",
    "message.edited",
    "message.deleted",
    "conversation.read",
    "conversation.updated",
    "group.created",
    "group.updated",
    "group.deleted",
}


def own_cursor(evidence: Evidence) -> list[Violation]:
    return [violation for witness in evidence.witnesses.values() for violation in _violations(witness)]


def _violations(witness: Witness) -> list[Violation]:
    found = []
    at: dict[str, Pushed] = {}
    for record in witness.records:
        if isinstance(record, Ready) and not record.cursor:
            found.append(Violation(RULE, witness.client, "a `ready` without a cursor"))
        if not isinstance(record, Pushed) or record.name not in DURABLE:
            continue
        cursor, is_others = record.body.get("cursor"), is_read_by_other(record, witness.user_id)
        if not cursor:
            found.append(Violation(RULE, witness.client, f"{record.name} without a cursor"))
        elif not is_others and not _is_same(at.setdefault(cursor, record), record):
            found.append(Violation(RULE, witness.client, f"{at[cursor].name} and another {record.name} at {cursor}"))
    return found


def is_read_by_other(record: Pushed, me: str) -> bool:
    return record.name == "conversation.read" and record.body["user_id"] != me


def _is_same(one: Pushed, other: Pushed) -> bool:
    """An event may be told again, after a new snapshot."""
    return one is other or (one.name == other.name and (one.body is other.body or one.body == other.body))
