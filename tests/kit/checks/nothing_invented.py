"""Every message of a recorded person was asked for by that person, in these words; nothing refused was stored. A system
message follows from a change of its group that its sender asked for.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.kit.evidence import Evidence, pushed_message
from tests.kit.history import Body
from tests.kit.violation import Violation

RULE = "nothing_invented"


def nothing_invented(evidence: Evidence) -> list[Violation]:
    return list(_violations(evidence))


def _violations(evidence: Evidence) -> Iterator[Violation]:
    asked = {(each.user_id, each.fields.get("client_message_id")) for each in evidence.named("message.send")}
    taken = {
        (each.user_id, each.fields.get("client_message_id")) for each in evidence.may_have_happened("message.send")
    }
    changed = {
        (each.fields.get("conversation_id"), each.fields.get("seq"))
        for each in evidence.may_have_happened("message.edit", "message.delete")
    }
    regrouped = {
        (each.user_id, each.fields.get("conversation_id")) for each in evidence.may_have_happened("group.update")
    }
    recorded = {witness.user_id for witness in evidence.witnesses.values()}
    judged: set[int] = set()
    for who, message in _messages(evidence):
        if id(message) in judged or message["sender_id"] not in recorded:
            continue
        judged.add(id(message))
        where = f"{message['conversation_id']} seq {message['seq']}"
        key = (message["sender_id"], message["client_message_id"])
        if "change" in message:
            if (message["sender_id"], message["conversation_id"]) not in regrouped:
                yield Violation(RULE, who, f"{where}: nobody asked to change the group")
        elif key not in asked:
            yield Violation(RULE, who, f"{where}: nobody asked to send it")
        elif key not in taken:
            yield Violation(RULE, who, f"{where}: its sender was refused, and it is there")
        elif (
            message.get("text") not in evidence.texts_sent(*key)
            and (message["conversation_id"], message["seq"]) not in changed
        ):
            yield Violation(RULE, who, f"{where}: not the text that was sent")


def _messages(evidence: Evidence) -> Iterator[tuple[str, Body]]:
    """Pushes only: a history also holds what was said before anyone recorded."""
    for witness in evidence.witnesses.values():
        for record in witness.records:
            message = pushed_message(record)
            if message is not None:
                yield witness.client, message
