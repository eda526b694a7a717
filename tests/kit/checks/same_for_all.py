"""One `seq` is one message, whoever is told and whatever way: acknowledgement, push or history."""

from __future__ import annotations

from collections.abc import Iterator

from tests.kit.evidence import Evidence, identity, pushed_message
from tests.kit.history import Body
from tests.kit.violation import Violation

RULE = "same_for_all"


def same_for_all(evidence: Evidence) -> list[Violation]:
    first: dict[tuple[str, int], tuple[str, Body]] = {}
    found = []
    for who, message in _tellings(evidence):
        key = (message["conversation_id"], message["seq"])
        teller, told = first.setdefault(key, (who, message))
        if message is not told and not _is_same(message, told):
            found.append(Violation(RULE, who, f"{key[0]} seq {key[1]} is another message than {teller} was given"))
    return found


def _is_same(message: Body, other: Body) -> bool:
    return identity(message) == identity(other) and (
        _is_changed(message, other) or message.get("text") == other.get("text")
    )


def _is_changed(message: Body, other: Body) -> bool:
    """Tellings from before and after an edit differ in text, and say so."""
    return any(message.get(name) != other.get(name) for name in ("edited_at", "deleted_at", "revision"))


def _tellings(evidence: Evidence) -> Iterator[tuple[str, Body]]:
    for readers in evidence.answers.messages.values():
        for reader, messages in readers.items():
            for message in messages:
                yield reader, message
    for sent, result in evidence.acknowledged("message.send"):
        yield sent.client, result["message"]
    for witness in evidence.witnesses.values():
        for record in witness.records:
            pushed = pushed_message(record)
            if pushed is not None:
                yield witness.client, pushed
