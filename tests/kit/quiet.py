"""When a run is quiet: everyone live, nothing that was acknowledged still to come, and nothing has come for a while."""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import Protocol

from tests.kit.history import Body, History, Pushed, Ready
from tests.kit.waiting import NeverHappened, eventually

# Counts follow half a second after what changed them and markers one: what is silent for longer has nothing to say.
SILENT_FOR_S = 2.0
QUIET_WITHIN_S = 90.0
CONSEQUENCES = ("unread", "typing", "presence", "notice", "connection.warning")


class Seen(Protocol):
    """A client, as far as one sees from outside whether it has everything."""

    @property
    def is_live(self) -> bool: ...

    def pushes(self, name: str) -> list[Body]: ...


async def until_quiet(
    people: Collection[Seen],
    acknowledged: Collection[Body],
    history: History,
    *,
    silent_for_s: float = SILENT_FOR_S,
    within_s: float = QUIET_WITHIN_S,
) -> None:
    """Notes the quiet point, reached or not: one that was not is a violation, and the checker says what is missing."""
    last_seq: dict[str, int] = {}
    for message in acknowledged:
        key = message["conversation_id"]
        last_seq[key] = max(last_seq.get(key, 0), message["seq"])

    def is_quiet() -> bool:
        if time.monotonic() - _last_heard_at(history) < silent_for_s or not all(person.is_live for person in people):
            return False
        return not any(_is_behind(person, last_seq) for person in people)

    try:
        is_reached: bool = await eventually(is_quiet, within_s, every_s=min(0.2, silent_for_s / 10))
    except NeverHappened:
        is_reached = False
        print(f"no quiet within {within_s:g} s", flush=True)
    history.quiet(is_reached)


def _last_heard_at(history: History) -> float:
    for record in reversed(history.records):
        if isinstance(record, Ready) or (isinstance(record, Pushed) and record.name not in CONSEQUENCES):
            return record.at
    return 0.0


def _is_behind(person: Seen, last_seq: dict[str, int]) -> bool:
    """Of the conversations the person knows and did not lose: who was never told of one is for the checker."""
    known: dict[str, int] = {}
    for push in person.pushes("message.sent"):
        message = push["message"]
        known[message["conversation_id"]] = max(known.get(message["conversation_id"], 0), message["seq"])
    for ready in person.pushes("ready"):
        for each in ready.get("snapshot", {}).get("conversations", ()):
            known[each["conversation_id"]] = max(known.get(each["conversation_id"], 0), each["last_seq"])
    for push in person.pushes("group.deleted"):
        known.pop(push["conversation"]["conversation_id"], None)
    return any(seq < last_seq.get(key, 0) for key, seq in known.items())
