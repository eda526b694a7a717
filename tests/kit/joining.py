"""Since when someone belongs to a group, as the record shows it."""

from __future__ import annotations

from tests.kit.evidence import Evidence
from tests.kit.history import Pushed


def joined_after(evidence: Evidence, conversation_id: str, user_id: str) -> int:
    """The `last_seq` of the group when they joined it last, from what they were told, or else from who was asked to be in it."""
    told = [
        record.body["conversation"].get("last_seq", 0)
        for witness in evidence.witnesses.values()
        if witness.user_id == user_id
        for record in witness.records
        if isinstance(record, Pushed)
        and record.name == "group.created"
        and record.body["conversation"]["conversation_id"] == conversation_id
    ]
    return told[-1] if told else _asked_to_join_after(evidence, conversation_id, user_id)


def _asked_to_join_after(evidence: Evidence, conversation_id: str, user_id: str) -> int:
    joined: int | None = None
    for asked in evidence.exchanges:
        if asked.name not in ("group.create", "group.update") or asked.result is None:
            continue
        conversation = asked.result["conversation"]
        if conversation["conversation_id"] != conversation_id or "member_ids" not in asked.fields:
            continue
        if user_id not in (*asked.fields["member_ids"], conversation.get("owner_id")):
            joined = None
        elif joined is None:
            joined = conversation["last_seq"]
    return joined or 0
