"""At every quiet point a client's unread counts are what was said less what was read, their total is their sum, and all
devices of a person agree. What was said and read is reckoned from the record; at the end the server's answer must agree.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.kit.checks.read_markers import Markers, markers_at
from tests.kit.evidence import Evidence, Witness, is_live_after
from tests.kit.history import Body, Pushed, Quiet, Ready
from tests.kit.violation import Violation

RULE = "unread_right"

Stated = tuple[int, dict[str, int]]


def unread_right(evidence: Evidence) -> list[Violation]:
    found: list[Violation] = []
    markers = markers_at(evidence)
    agreed: dict[tuple[int, str], tuple[str, Stated]] = {}
    for witness in evidence.witnesses.values():
        for quiet, stated in _statements(witness):
            found += _wrong_counts(witness, stated, markers[id(quiet)])
            if evidence.is_last(quiet):
                found += _wrong_afresh(evidence, witness, stated)
            other, theirs = agreed.setdefault((id(quiet), witness.user_id), (witness.client, stated))
            if theirs != stated:
                found.append(
                    Violation(RULE, witness.client, f"counts other unread messages than {other}: {stated}, {theirs}")
                )
    return found + list(_wrong_markers(evidence, markers))


def _statements(witness: Witness) -> Iterator[tuple[Quiet, Stated]]:
    """What a live client had been told at each quiet point: the total, and what is not zero."""
    total, counts = 0, dict[str, int]()
    is_live, is_everything_due = False, False
    for record in witness.records:
        is_live = is_live_after(record, is_live)
        if isinstance(record, Ready):
            is_everything_due = record.snapshot is None
            if record.snapshot is not None:
                total, counts = _stated(record.snapshot["unread"])
        elif isinstance(record, Pushed) and record.name == "unread":
            total, changed = _stated(record.body)
            counts = changed if is_everything_due else counts | changed
            is_everything_due = False
        elif isinstance(record, Pushed) and record.name == "group.deleted":
            counts.pop(record.body["conversation"]["conversation_id"], None)
        elif isinstance(record, Quiet) and is_live:
            yield record, (total, {key: count for key, count in counts.items() if count})


def _stated(body: Body) -> Stated:
    return body["total"], {each["conversation_id"]: each["unread"] for each in body["conversations"]}


def _wrong_counts(witness: Witness, stated: Stated, markers: Markers) -> Iterator[Violation]:
    total, counts = stated
    if total != sum(counts.values()):
        yield Violation(RULE, witness.client, f"a total of {total}, where the parts sum up to {sum(counts.values())}")
    for key, due in markers.unread(witness.user_id).items():
        if counts.get(key, 0) != due:
            yield Violation(RULE, witness.client, f"{key}: told {counts.get(key, 0)} unread, where {due} are")


def _wrong_afresh(evidence: Evidence, witness: Witness, stated: Stated) -> Iterator[Violation]:
    total, counts = stated
    fresh = evidence.answers.conversations.get(witness.user_id)
    if fresh is None:
        return
    due = {key: each["last_seq"] - each["read_seq"] for key, each in fresh.items()}
    for key in sorted(due.keys() | counts.keys()):
        if counts.get(key, 0) != due.get(key, 0):
            yield Violation(RULE, witness.client, f"{key}: told {counts.get(key, 0)} unread, afresh {due.get(key, 0)}")
    if total != sum(due.values()):
        yield Violation(RULE, witness.client, f"a total of {total}, afresh {sum(due.values())}")


def _wrong_markers(evidence: Evidence, markers: dict[int, Markers]) -> Iterator[Violation]:
    """The server's final answer against what was read, so that both cannot be wrong together."""
    last = markers[id(evidence.quiets[-1])]
    for user_id, listed in evidence.answers.conversations.items():
        for key, due in last.unread(user_id).items():
            if key in listed and listed[key]["unread"] != due:
                yield Violation(RULE, user_id, f"{key}: {listed[key]['unread']} unread afresh, where {due} are")
