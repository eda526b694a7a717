"""Nothing of a conversation reaches anyone who never was a member, nor anyone after they were told that they left."""

from __future__ import annotations

from tests.kit.evidence import Evidence, Witness
from tests.kit.history import Pushed, Ready
from tests.kit.violation import Violation

RULE = "members_only"

NOT_OF_A_CONVERSATION = ("unread", "presence", "notice", "notice.dismissed", "connection.warning", "session.ended")


def members_only(evidence: Evidence) -> list[Violation]:
    once = _once_members(evidence)
    return [violation for witness in evidence.witnesses.values() for violation in _violations(evidence, witness, once)]


def _once_members(evidence: Evidence) -> set[tuple[str, str]]:
    """Who was put into a group by an ask that may have taken effect; its creator is a member too."""
    members: set[tuple[str, str]] = set()
    for name in ("group.create", "group.update"):
        for asked, result in evidence.acknowledged(name):
            key = result["conversation"]["conversation_id"]
            members.update((key, user_id) for user_id in [*asked.fields.get("member_ids", ()), asked.user_id])
    for asked in evidence.may_have_happened("group.update"):
        key = asked.fields.get("conversation_id", "")
        members.update((key, user_id) for user_id in asked.fields.get("member_ids", ()))
    return members


def _violations(evidence: Evidence, witness: Witness, once: set[tuple[str, str]]) -> list[Violation]:
    found = []
    left: set[str] = set()
    for record in witness.records:
        if isinstance(record, Ready) and not record.recovered:
            left.clear()
        if not isinstance(record, Pushed) or record.name in NOT_OF_A_CONVERSATION:
            continue
        key = _conversation_id(record)
        if not evidence.answers.is_member(key, witness.user_id) and (key, witness.user_id) not in once:
            found.append(Violation(RULE, witness.client, f"{record.name} of {key}, where they never were a member"))
        elif record.name == "group.created":
            left.discard(key)
        elif key in left:
            found.append(Violation(RULE, witness.client, f"{record.name} of {key}, after they were told they left"))
        elif record.name == "group.deleted":
            left.add(key)
    return found


def _conversation_id(record: Pushed) -> str:
    about = record.body.get("message") or record.body.get("conversation") or record.body
    key: str = about["conversation_id"]
    return key
