"""Nobody hears anything of a group that they were not told of first, by their snapshot or by a `group.created`; and who
is put into a group while they are here has been told of it by the next quiet point.
"""

from __future__ import annotations

from tests.kit.evidence import Evidence, Witness, is_live_after
from tests.kit.history import Body, Connected, Pushed, Quiet, Ready
from tests.kit.violation import Violation

RULE = "told_of_groups"


def told_of_groups(evidence: Evidence) -> list[Violation]:
    groups, made = _groups(evidence), _made(evidence)
    return [violation for witness in evidence.witnesses.values() for violation in _violations(witness, groups, made)]


def _groups(evidence: Evidence) -> set[str]:
    """Every group that anything in the evidence speaks of: a message alone does not say what it belongs to."""
    groups = {result["conversation"]["conversation_id"] for _, result in evidence.acknowledged("group.create")}
    for listed in evidence.answers.conversations.values():
        groups.update(key for key, each in listed.items() if each["kind"] == "group")
    for witness in evidence.witnesses.values():
        for record in witness.records:
            if isinstance(record, Ready) and record.snapshot is not None:
                given = record.snapshot["conversations"]
                groups.update(each["conversation_id"] for each in given if each["kind"] == "group")
            elif isinstance(record, Pushed) and record.name.startswith("group."):
                groups.add(record.body["conversation"]["conversation_id"])
    return groups


def _made(evidence: Evidence) -> list[tuple[float, str, set[str]]]:
    """When it was acknowledged, which, and with whom; of the groups whose members never changed."""
    changed = {
        each.fields.get("conversation_id") for each in evidence.may_have_happened("group.update", "group.delete")
    }
    made = []
    for asked, result in evidence.acknowledged("group.create"):
        key = result["conversation"]["conversation_id"]
        if key not in changed and asked.answered_at is not None:
            made.append((asked.answered_at, key, {*asked.fields.get("member_ids", ()), asked.user_id}))
    return made


def _violations(witness: Witness, groups: set[str], made: list[tuple[float, str, set[str]]]) -> list[Violation]:
    found: list[Violation] = []
    caught_up: list[Violation] = []
    known = _Known()
    is_live = is_catching_up = False
    for record in witness.records:
        is_live = is_live_after(record, is_live)
        if isinstance(record, Connected):
            caught_up, is_catching_up = [], True
        elif isinstance(record, Ready):
            found += caught_up if record.recovered else []
            is_catching_up = False
            known.start(record.snapshot)
        elif isinstance(record, Pushed) and known.is_first_word(record, groups):
            untold = Violation(
                RULE, witness.client, f"{record.name} of {_about(record)}, and no `group.created` before it"
            )
            (caught_up if is_catching_up else found).append(untold)
        elif isinstance(record, Quiet) and is_live:
            due = {key for at, key, members in made if at <= record.at and witness.user_id in members}
            found += [Violation(RULE, witness.client, f"was never told of {key}") for key in sorted(known.lacks(due))]
    return found


class _Known:
    """The conversations a client was told of. Until its first snapshot nobody knows what it knew before."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._lost: set[str] = set()
        self._is_complete = False

    def start(self, snapshot: Body | None) -> None:
        if snapshot is not None:
            self._known = {each["conversation_id"] for each in snapshot["conversations"]}
            self._lost = set()
            self._is_complete = "next_cursor" not in snapshot

    def is_first_word(self, push: Pushed, groups: set[str]) -> bool:
        """Takes the push; true where it should have been a `group.created`."""
        key = _about(push)
        if key is None:
            return False
        if push.name == "group.deleted":
            self._known.discard(key)
            self._lost.add(key)
            return False
        is_first = key in groups and (key in self._lost or (self._is_complete and key not in self._known))
        self._known.add(key)
        self._lost.discard(key)
        return is_first and push.name != "group.created"

    def lacks(self, due: set[str]) -> set[str]:
        return due - self._known if self._is_complete else set()


def _about(push: Pushed) -> str | None:
    """The conversation, where a client cannot understand the push without knowing it."""
    noun = {"message": "message", "group": "conversation"}.get(push.name.split(".")[0])
    if noun is None:
        return None
    key: str = push.body[noun]["conversation_id"]
    return key
