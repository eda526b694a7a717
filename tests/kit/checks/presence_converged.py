"""At the end, what a client was last told about each person it watches is what the server says afresh."""

from __future__ import annotations

from tests.kit.evidence import Evidence, Witness, is_live_after
from tests.kit.history import Acknowledged, Asked, Body, Connected, Pushed, Quiet
from tests.kit.violation import Violation

RULE = "presence_converged"


def presence_converged(evidence: Evidence) -> list[Violation]:
    return [violation for witness in evidence.witnesses.values() for violation in _violations(evidence, witness)]


def _violations(evidence: Evidence, witness: Witness) -> list[Violation]:
    """Watching is asked for anew after each connect; only the last connection's counts."""
    asks: dict[int, Body] = {}
    watched: set[str] = set()
    told: dict[str, Body] = {}
    found: list[Violation] = []
    is_live = False
    for record in witness.records:
        is_live = is_live_after(record, is_live)
        if isinstance(record, Connected):
            asks, watched, told = {}, set(), {}
        elif isinstance(record, Asked) and record.name == "presence.watch":
            asks[record.ask] = record.fields
        elif isinstance(record, Acknowledged) and record.ok and record.ask in asks:
            user_ids = asks[record.ask]["user_ids"]
            watched = set(evidence.answers.presence) if user_ids == "all" else set(user_ids)
            told.update((person["user_id"], person) for person in record.body["people"])
        elif isinstance(record, Pushed) and record.name == "presence":
            told.update((person["user_id"], person) for person in record.body["people"])
        elif isinstance(record, Quiet) and evidence.is_last(record) and is_live:
            found = _differences(evidence, witness, watched, told)
    return found


def _differences(evidence: Evidence, witness: Witness, watched: set[str], told: dict[str, Body]) -> list[Violation]:
    found = []
    for user_id in sorted(watched & evidence.answers.presence.keys()):
        fresh, last = _state(evidence.answers.presence[user_id]), _state(told.get(user_id))
        if fresh != last:
            found.append(Violation(RULE, witness.client, f"{user_id} is {fresh}, last told {last}"))
    return found


def _state(person: Body | None) -> tuple[object, object] | None:
    return None if person is None else (person["status"], person.get("note"))
