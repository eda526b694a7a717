"""Whoever came, and neither left nor was told to stay away, is live at every quiet point; and quiet did come."""

from __future__ import annotations

from tests.kit.evidence import Evidence, Witness, is_live_after
from tests.kit.history import Coming, Connected, Entry, Left, Pushed, Quiet, Rejected
from tests.kit.violation import Violation

RULE = "everyone_live"

# The one refusal of a connect that a client answers by itself, with a fresh token.
RETURNS_AFTER = "token_expired"


def everyone_live(evidence: Evidence) -> list[Violation]:
    found = [
        Violation(RULE, "the run", f"never became quiet: waited in vain until {quiet.at:.3f}")
        for quiet in evidence.quiets
        if not quiet.is_reached
    ]
    return found + [violation for witness in evidence.witnesses.values() for violation in _violations(witness)]


def _violations(witness: Witness) -> list[Violation]:
    found = []
    is_due: bool | None = None
    is_live = False
    for record in witness.records:
        is_live = is_live_after(record, is_live)
        is_due = _is_due_after(record, is_due)
        if isinstance(record, Quiet) and is_due and not is_live:
            found.append(Violation(RULE, witness.client, f"came, did not leave, and is not live at {record.at:.3f}"))
    return found


def _is_due_after(record: Entry, is_due: bool | None) -> bool | None:
    """None for who never came. A handshake that was under way when the person left still ends in a connection."""
    match record:
        case Coming():
            return True
        case Connected():
            return is_due is not False
        case Left() | Pushed(name="session.ended"):
            return False
        case Rejected(code=code) if code != RETURNS_AFTER:
            return False
    return is_due
