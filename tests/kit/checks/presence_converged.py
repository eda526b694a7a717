"""At the end a client was pushed the state of each person it watches, the last it was told is what the server says
afresh, and nobody who is live is called offline.
"""

from __future__ import annotations

from tests.kit.evidence import Evidence, Witness, is_live_after
from tests.kit.history import Acknowledged, Asked, Body, Connected, Entry, Pushed, Quiet
from tests.kit.violation import Violation

RULE = "presence_converged"


def presence_converged(evidence: Evidence) -> list[Violation]:
    found = _live_and_offline(evidence)
    return found + [
        violation for witness in evidence.witnesses.values() for violation in _violations(evidence, witness)
    ]


def _live_and_offline(evidence: Evidence) -> list[Violation]:
    """What the server says to all alike can be wrong all the same."""
    found = []
    for witness in evidence.witnesses.values():
        is_live = False
        for record in witness.records:
            is_live = is_live_after(record, is_live)
        if is_live and evidence.answers.presence.get(witness.user_id, {}).get("status") == "offline":
            found.append(Violation(RULE, witness.client, "is live, and offline by the fresh answer"))
    return found


def _violations(evidence: Evidence, witness: Witness) -> list[Violation]:
    watch = _Watch(was_watching=False)
    found: list[Violation] = []
    is_live = False
    for record in witness.records:
        is_live = is_live_after(record, is_live)
        if isinstance(record, Connected):
            watch = _Watch(was_watching=watch.was_watching)
        elif isinstance(record, Quiet) and evidence.is_last(record) and is_live:
            found = [Violation(RULE, witness.client, each) for each in watch.differences(evidence.answers.presence)]
        else:
            watch.take(record)
    return found


class _Watch:
    """What one connection asked to be told, and was. Watching is asked for anew after each connect, and replaces."""

    def __init__(self, was_watching: bool) -> None:
        self.was_watching = was_watching
        self._asks: dict[int, Body] = {}
        self._before: dict[int, tuple[set[str], bool]] = {}
        self._watched: set[str] | None = set()
        self._told: dict[str, Body] = {}
        self._pushed: set[str] = set()
        self._is_pushed = True

    def take(self, record: Entry) -> None:
        if isinstance(record, Asked) and record.name == "presence.watch":
            self._asks[record.ask] = record.fields
            self._before[record.ask] = self._pushed, self._is_pushed
            self._pushed, self._is_pushed = set(), False
        elif isinstance(record, Acknowledged) and record.ask in self._asks:
            fields = self._asks[record.ask]
            self._asks = {ask: later for ask, later in self._asks.items() if ask > record.ask}
            if record.ok:
                self._watched = None if fields["user_ids"] == "all" else set(fields["user_ids"])
                self.was_watching = self._watched != set()
                self._tell(record.body["people"])
            else:  # what was watched goes on
                pushed, is_pushed = self._before[record.ask]
                self._pushed, self._is_pushed = pushed | self._pushed, is_pushed or self._is_pushed
        elif isinstance(record, Pushed) and record.name == "presence":
            self._is_pushed = True
            self._pushed.update(self._tell(record.body["people"]))

    def differences(self, fresh: dict[str, Body]) -> list[str]:
        if self._asks:
            return ["asked to watch, and was never answered"]
        if self.was_watching and self._watched == set():
            return ["watched before its return, and does not any more"]
        if self._watched != set() and not self._is_pushed:
            return ["watches, and was never pushed the present state"]
        watched = fresh.keys() | self._told.keys() if self._watched is None else self._watched
        found = [f"{user_id} is watched and was never pushed" for user_id in sorted(watched - self._pushed)]
        for user_id in sorted(watched):
            afresh, last = _state(fresh.get(user_id)), _state(self._told.get(user_id))
            if afresh is None:
                found.append(f"{user_id} is watched, and the fresh answers leave them out")
            elif afresh != last:
                found.append(f"{user_id} is {afresh}, last told {last}")
        return found

    def _tell(self, people: list[Body]) -> list[str]:
        self._told.update((person["user_id"], person) for person in people)
        return [person["user_id"] for person in people]


def _state(person: Body | None) -> tuple[object, ...] | None:
    if person is None:
        return None
    return tuple(person.get(name) for name in ("status", "status_until", "note", "note_until"))
