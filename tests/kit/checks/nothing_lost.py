"""What was acknowledged is in the history of every member, to the byte, and reached everyone who was listening."""

from __future__ import annotations

from tests.kit.evidence import Evidence, Witness, identity, is_live_after, pushed_message
from tests.kit.history import Body, Entry, Pushed, Quiet, Ready
from tests.kit.violation import Violation

RULE = "nothing_lost"


def nothing_lost(evidence: Evidence) -> list[Violation]:
    found = _lost_from_histories(evidence)
    due_at = {id(quiet): _due(evidence, quiet) for quiet in evidence.quiets}
    for witness in evidence.witnesses.values():
        found += _lost_on_the_way(evidence, witness, due_at)
    return found


def _lost_from_histories(evidence: Evidence) -> list[Violation]:
    found = []
    edited = {
        (each.fields.get("conversation_id"), each.fields.get("seq"))
        for each in evidence.may_have_happened("message.edit", "message.delete")
    }
    deleted = {each.fields.get("conversation_id") for each in evidence.may_have_happened("group.delete")}
    stored = {
        conversation_id: {reader: {each["seq"]: each for each in messages} for reader, messages in readers.items()}
        for conversation_id, readers in evidence.answers.messages.items()
    }
    for sent, result in evidence.acknowledged("message.send"):
        message = result["message"]
        key, seq = message["conversation_id"], message["seq"]
        texts = evidence.texts_sent(sent.user_id, message["client_message_id"])
        if not stored.get(key) and key not in deleted:
            found.append(
                Violation(RULE, key, f"seq {seq} was acknowledged, and nobody read this conversation's history")
            )
        for reader, messages in stored.get(key, {}).items():
            if seq <= evidence.answers.from_seq(key, reader):
                continue
            kept = messages.get(seq)
            if kept is None:
                found.append(
                    Violation(RULE, reader, f"{key} seq {seq}: acknowledged to {sent.client}, not in the history")
                )
            elif identity(kept) != identity(message):
                found.append(
                    Violation(RULE, reader, f"{key} seq {seq}: the history has another message than was acknowledged")
                )
            elif kept.get("text") not in texts and (key, seq) not in edited:
                found.append(Violation(RULE, reader, f"{key} seq {seq}: the history has another text than was sent"))
    return found


def _due(evidence: Evidence, quiet: Quiet) -> dict[str, set[int]]:
    """What must have reached everyone by then; at the last quiet point also what is stored without an acknowledgement."""
    due = evidence.acknowledged_seqs(quiet.at)
    if evidence.is_last(quiet):
        for key, readers in evidence.answers.messages.items():
            for messages in readers.values():
                due.setdefault(key, set()).update(each["seq"] for each in messages)
    return due


def _lost_on_the_way(evidence: Evidence, witness: Witness, due_at: dict[int, dict[str, set[int]]]) -> list[Violation]:
    found = []
    told = _Told(witness, evidence)
    is_live = False
    for record in witness.records:
        is_live = is_live_after(record, is_live)
        told.take(record)
        if isinstance(record, Quiet) and is_live:
            for key, seqs in due_at[id(record)].items():
                missing = told.missing(key, seqs)
                if missing:
                    found.append(Violation(RULE, witness.client, f"{key}: never pushed: seq {_few(missing)}"))
    return found


class _Told:
    """What one client was told of each conversation: by a snapshot up to a seq, by pushes one at a time."""

    def __init__(self, witness: Witness, evidence: Evidence) -> None:
        self._me = witness.user_id
        self._answers = evidence.answers
        self._pushed: dict[str, set[int]] = {}
        self._snapshot: dict[str, int] = {}
        self._is_complete = True
        self._gone: set[str] = set()

    def take(self, record: Entry) -> None:
        message = pushed_message(record)
        if message is not None:
            self._pushed.setdefault(message["conversation_id"], set()).add(message["seq"])
        elif isinstance(record, Ready) and record.snapshot is not None:
            self._is_complete = "next_cursor" not in record.snapshot
            for each in record.snapshot["conversations"]:
                self._snapshot[each["conversation_id"]] = each["last_seq"]
        elif isinstance(record, Pushed) and record.name.startswith("group."):
            self._take_group(record.name, record.body["conversation"])

    def _take_group(self, name: str, conversation: Body) -> None:
        key = conversation["conversation_id"]
        if name == "group.deleted":
            self._gone.add(key)
        elif key in self._gone or key not in self._snapshot:
            seen = max(self._pushed.get(key, ()), default=0) if key in self._gone else 0
            self._gone.discard(key)
            self._snapshot[key] = conversation.get("last_seq", seen)

    def missing(self, key: str, due: set[int]) -> set[int]:
        if not self._answers.is_member(key, self._me) or key in self._gone:
            return set()
        pushed = self._pushed.get(key, set())
        floor = self._snapshot.get(key)
        if floor is None:
            floor = 0 if self._is_complete else min(pushed, default=1) - 1
        floor = max(floor, self._answers.from_seq(key, self._me))
        return {seq for seq in due if seq > floor} - pushed


def _few(seqs: set[int]) -> str:
    return ", ".join(str(seq) for seq in sorted(seqs)[:5]) + (f" and {len(seqs) - 5} more" if len(seqs) > 5 else "")
