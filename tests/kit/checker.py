"""Decides afterwards whether a run kept the promises: pure functions over what clients recorded and what the server says.

A rule is one file in `checks/`. It takes the evidence and returns what contradicts it; it never raises for bad evidence
and knows nothing of how the run was made.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.kit.answers import Answers
from tests.kit.checks.declared_refusals import declared_refusals
from tests.kit.checks.everyone_live import everyone_live
from tests.kit.checks.gap_free import gap_free
from tests.kit.checks.members_only import members_only
from tests.kit.checks.newest_revision import newest_revision
from tests.kit.checks.nothing_invented import nothing_invented
from tests.kit.checks.nothing_lost import nothing_lost
from tests.kit.checks.nothing_twice import nothing_twice
from tests.kit.checks.own_cursor import own_cursor
from tests.kit.checks.presence_converged import presence_converged
from tests.kit.checks.read_your_ack import read_your_ack
from tests.kit.checks.read_your_marker import read_your_marker
from tests.kit.checks.same_for_all import same_for_all
from tests.kit.checks.snapshot_and_events import snapshot_and_events
from tests.kit.checks.stream_order import stream_order
from tests.kit.checks.told_of_groups import told_of_groups
from tests.kit.checks.unread_right import unread_right
from tests.kit.evidence import Evidence
from tests.kit.history import History
from tests.kit.violation import Violation

Rule = Callable[[Evidence], list[Violation]]

RULES: tuple[Rule, ...] = (
    everyone_live,
    nothing_lost,
    nothing_twice,
    nothing_invented,
    gap_free,
    same_for_all,
    newest_revision,
    own_cursor,
    stream_order,
    read_your_ack,
    read_your_marker,
    told_of_groups,
    members_only,
    unread_right,
    presence_converged,
    snapshot_and_events,
    declared_refusals,
)


def check(history: History, answers: Answers) -> list[Violation]:
    """Empty when every promise held. `answers` must have been asked for after the history's last quiet point."""
    evidence = Evidence(history, answers)
    if not evidence.quiets:
        return [
            Violation("checker", "the run", "has no quiet point, so nothing can be said about what should have arrived")
        ]
    return [violation for rule in RULES for violation in rule(evidence)]
