"""The snapshot a client was given and the pushes after it make what a fresh snapshot says."""

from __future__ import annotations

from tests.kit.evidence import Evidence, Witness, is_live_after
from tests.kit.fold import State, differences, fold, start
from tests.kit.history import Pushed, Quiet, Ready
from tests.kit.violation import Violation

RULE = "snapshot_and_events"


def snapshot_and_events(evidence: Evidence) -> list[Violation]:
    return [violation for witness in evidence.witnesses.values() for violation in _violations(evidence, witness)]


def _violations(evidence: Evidence, witness: Witness) -> list[Violation]:
    """Events between the connect and its `ready` may already be in the snapshot; folding them early is lost work only."""
    state: State = {}
    is_live, has_snapshot, is_complete = False, False, False
    for record in witness.records:
        is_live = is_live_after(record, is_live)
        if isinstance(record, Ready) and not record.recovered:
            if record.snapshot is None:
                return [Violation(RULE, witness.client, "a `ready` that is not recovered came without a snapshot")]
            state, has_snapshot = start(record.snapshot), True
            is_complete = "next_cursor" not in record.snapshot
        elif isinstance(record, Pushed):
            state = fold(state, record.name, record.body, witness.user_id)
        elif isinstance(record, Quiet) and evidence.is_last(record) and is_live:
            if not has_snapshot:
                return [Violation(RULE, witness.client, "was live and never given a snapshot")]
            fresh = evidence.answers.conversations.get(witness.user_id)
            if fresh is not None:
                return [Violation(RULE, witness.client, each) for each in differences(state, fresh, is_complete)]
    return []
