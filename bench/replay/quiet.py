"""When a run is quiet: everyone live, nothing that was acknowledged still to come, and nothing has come for a while."""

from __future__ import annotations

import time
from collections.abc import Collection

from tests.kit.history import Body, History
from tests.kit.person import Person
from tests.kit.waiting import NeverHappened, eventually

# Counts are pushed at most twice a second and markers at most once: what is silent for longer has nothing to say.
SILENT_FOR_S = 2.0
QUIET_WITHIN_S = 90.0
AWAITED = ("message.sent", "conversation.read", "unread", "group.created", "ready")


async def until_quiet(people: Collection[Person], acknowledged: Collection[Body], history: History) -> None:
    """Notes the quiet point. If quiet does not come, it is noted all the same: the checker says what is missing."""
    last_seq: dict[str, int] = {}
    for message in acknowledged:
        key = message["conversation_id"]
        last_seq[key] = max(last_seq.get(key, 0), message["seq"])
    heard, since = -1, time.monotonic()

    def is_quiet() -> bool:
        nonlocal heard, since
        count = sum(len(person.pushes(name)) for person in people for name in AWAITED)
        if count != heard:
            heard, since = count, time.monotonic()
        if time.monotonic() - since < SILENT_FOR_S or not all(person.is_live for person in people):
            return False
        return not any(_is_behind(person, last_seq) for person in people)

    try:
        await eventually(is_quiet, QUIET_WITHIN_S, every_s=0.2)
    except NeverHappened:
        print(f"no quiet within {QUIET_WITHIN_S:g} s", flush=True)
    history.quiet()


def _is_behind(person: Person, last_seq: dict[str, int]) -> bool:
    """Of the conversations the person knows: who was never told of one is for the checker."""
    known: dict[str, int] = {}
    for push in person.pushes("message.sent"):
        message = push["message"]
        known[message["conversation_id"]] = max(known.get(message["conversation_id"], 0), message["seq"])
    for ready in person.pushes("ready"):
        for each in ready.get("snapshot", {}).get("conversations", ()):
            known[each["conversation_id"]] = max(known.get(each["conversation_id"], 0), each["last_seq"])
    return any(seq < last_seq.get(key, 0) for key, seq in known.items())
