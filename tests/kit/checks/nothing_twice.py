"""No client is pushed an event twice, across all its returns; one `client_message_id` is one message. How far others have
read may be said again on return; within one connection it never goes back.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.kit.checks.own_cursor import DURABLE, is_read_by_other
from tests.kit.evidence import Evidence, pushed_message
from tests.kit.history import Body, Connected, Entry, Pushed, Ready
from tests.kit.violation import Violation

RULE = "nothing_twice"

Marker = tuple[int, int]
"""Version and seq."""


def nothing_twice(evidence: Evidence) -> list[Violation]:
    return list(_pushed_twice(evidence)) + list(_stored_twice(evidence))


def _pushed_twice(evidence: Evidence) -> Iterator[Violation]:
    for witness in evidence.witnesses.values():
        seen: set[str] = set()
        read_by_others: dict[tuple[str, str], Marker] = {}
        for record in witness.records:
            if isinstance(record, Connected):
                read_by_others.clear()
            event = _event(record)
            if isinstance(record, Pushed) and is_read_by_other(record, witness.user_id):
                place, marker = _marker(record.body)
                if marker < read_by_others.get(place, marker):
                    yield Violation(RULE, witness.client, f"{place[0]}: the marker of {place[1]} went back to {marker}")
                read_by_others[place] = marker
            elif event is not None:
                if event in seen:
                    yield Violation(RULE, witness.client, f"{event} was pushed twice")
                seen.add(event)
            elif isinstance(record, Ready) and not record.recovered:
                seen.clear()


def _event(record: Entry) -> str | None:
    """A message by its `seq`, whatever cursor it is given; anything else that is durable by its cursor."""
    message = pushed_message(record)
    if message is not None:
        return f"{message['conversation_id']} seq {message['seq']}"
    if isinstance(record, Pushed) and record.name in DURABLE and record.body.get("cursor"):
        return f"{record.name} at {record.body['cursor']}"
    return None


def _marker(read: Body) -> tuple[tuple[str, str], Marker]:
    return (read["conversation_id"], read["user_id"]), (read.get("version", 0), read["seq"])


def _stored_twice(evidence: Evidence) -> Iterator[Violation]:
    seqs: dict[tuple[str, str, str], set[int]] = {}
    for message in _messages(evidence):
        key = (message["conversation_id"], message["sender_id"], message["client_message_id"])
        seqs.setdefault(key, set()).add(message["seq"])
    for (conversation_id, sender_id, client_message_id), given in seqs.items():
        if len(given) > 1:
            yield Violation(RULE, conversation_id, f"{client_message_id} of {sender_id} has the seqs {sorted(given)}")


def _messages(evidence: Evidence) -> Iterator[Body]:
    """Every message anyone was given, by whatever way."""
    for _, result in evidence.acknowledged("message.send"):
        yield result["message"]
    for readers in evidence.answers.messages.values():
        for messages in readers.values():
            yield from messages
    for witness in evidence.witnesses.values():
        for record in witness.records:
            message = pushed_message(record)
            if message is not None:
                yield message
