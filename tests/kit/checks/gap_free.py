"""`seq` is 1, 2, 3, … in every conversation, for every reader, up to its `last_seq`: from where they joined, or earlier
where they may see more: from the message that says so, or from the first.
"""

from __future__ import annotations

from tests.kit.evidence import Evidence
from tests.kit.history import Body
from tests.kit.violation import Violation

RULE = "gap_free"
NAMED_MAX = 50
"""Of those added, in a system message."""


def gap_free(evidence: Evidence) -> list[Violation]:
    found = []
    answers = evidence.answers
    for conversation_id, readers in answers.messages.items():
        last_seq = answers.last_seq(conversation_id)
        for reader, messages in readers.items():
            given = [each["seq"] for each in messages]
            first = answers.from_seq(conversation_id, reader) + 1
            if messages and (messages[0]["seq"] == 1 or _says_they_joined(messages[0], reader)):
                first = min(first, messages[0]["seq"])
            expected = list(range(first, last_seq + 1))
            if given != expected:
                found.append(Violation(RULE, reader, f"{conversation_id}: {_first_difference(given, expected)}"))
    return found


def _says_they_joined(message: Body, reader: str) -> bool:
    added = message.get("change", {}).get("added", [])
    return reader in added or len(added) == NAMED_MAX


def _first_difference(given: list[int], expected: list[int]) -> str:
    for place, (got, due) in enumerate(zip(given, expected, strict=False)):
        if got != due:
            return f"seq {got} at place {place + 1}, where {due} is due"
    return f"{len(given)} messages, where {len(expected)} are due"
