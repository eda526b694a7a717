"""Whoever is refused is refused with a code that the contract names for what they asked."""

from __future__ import annotations

from tests.kit.declared import is_declared
from tests.kit.evidence import Evidence, Witness
from tests.kit.history import Acknowledged, Asked
from tests.kit.violation import Violation

RULE = "declared_refusals"


def declared_refusals(evidence: Evidence) -> list[Violation]:
    return [violation for witness in evidence.witnesses.values() for violation in _violations(witness)]


def _violations(witness: Witness) -> list[Violation]:
    asked = {record.ask: record.name for record in witness.records if isinstance(record, Asked)}
    refused = [
        (asked[record.ask], record.body["code"])
        for record in witness.records
        if isinstance(record, Acknowledged) and not record.ok and record.ask in asked
    ]
    return [
        Violation(RULE, witness.client, f"{name} was refused with {code}, which the contract does not say")
        for name, code in refused
        if not is_declared(name, code)
    ]
