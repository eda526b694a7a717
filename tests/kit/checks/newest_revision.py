"""What was edited or deleted is so for everyone: in every history at least as changed as was acknowledged, at every live
client at the end as in the history, never back to an older revision; and what was deleted before a client came back is
not said to it again.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.kit.evidence import Evidence, Exchange, Witness, is_live_after
from tests.kit.history import Body, Connected, Pushed, Quiet, Ready
from tests.kit.violation import Violation

RULE = "newest_revision"

TELLS = ("message.sent", "message.edited", "message.deleted")
CHANGES = ("message.edit", "message.delete")

Key = tuple[str, int]


def newest_revision(evidence: Evidence) -> list[Violation]:
    changed = [each for name in CHANGES for each in evidence.acknowledged(name)]
    found = list(_lost_changes(evidence, changed))
    deleted = {_key(result["message"]): asked for asked, result in changed if result["message"].get("deleted_at")}
    for witness in evidence.witnesses.values():
        found += _violations(evidence, witness, deleted)
    return found


def _lost_changes(evidence: Evidence, changed: list[tuple[Exchange, Body]]) -> Iterator[Violation]:
    stored = {
        (reader, _key(message)): message
        for readers in evidence.answers.messages.values()
        for reader, messages in readers.items()
        for message in messages
    }
    for asked, result in changed:
        told = result["message"]
        for reader in evidence.answers.messages.get(told["conversation_id"], {}):
            kept = stored.get((reader, _key(told)))
            if kept is not None and not _is_as_new(kept, told):
                yield Violation(
                    RULE, reader, f"{_where(told)}: {asked.name} was acknowledged, and is not in the history"
                )


def _violations(evidence: Evidence, witness: Witness, deleted: dict[Key, Exchange]) -> Iterator[Violation]:
    known: dict[Key, Body] = {}
    connected_at, is_live = 0.0, False
    for record in witness.records:
        is_live = is_live_after(record, is_live)
        if isinstance(record, Connected):
            connected_at = record.at
        elif isinstance(record, Ready) and not record.recovered:
            known.clear()
        elif isinstance(record, Pushed) and record.name in TELLS:
            message = record.body["message"]
            before = known.get(_key(message))
            if before is not None and _revision(message) < _revision(before):
                yield Violation(RULE, witness.client, f"{_where(message)} was told older than before")
            asked = deleted.get(_key(message))
            was_deleted = asked is not None and asked.answered_at is not None and asked.answered_at < connected_at
            if was_deleted and message["text"]:
                yield Violation(RULE, witness.client, f"{_where(message)} was deleted, and told to one who came later")
            known[_key(message)] = message
        elif isinstance(record, Quiet) and evidence.is_last(record) and is_live:
            yield from _outdated(evidence, witness, known)


def _outdated(evidence: Evidence, witness: Witness, known: dict[Key, Body]) -> Iterator[Violation]:
    for key in {conversation_id for conversation_id, _ in known}:
        for kept in evidence.answers.messages.get(key, {}).get(witness.user_id, ()):
            told = known.get(_key(kept))
            if told is not None and _revision(told) != _revision(kept):
                yield Violation(RULE, witness.client, f"{_where(kept)} was last told as it is no more")


def _is_as_new(kept: Body, told: Body) -> bool:
    if _revision(kept) == _revision(told):
        return bool(kept["text"] == told["text"] and ("deleted_at" in kept) == ("deleted_at" in told))
    return _revision(kept) > _revision(told)


def _revision(message: Body) -> int:
    revision: int = message.get("revision", 0)
    return revision


def _key(message: Body) -> Key:
    return message["conversation_id"], message["seq"]


def _where(message: Body) -> str:
    return f"{message['conversation_id']} seq {message['seq']}"
