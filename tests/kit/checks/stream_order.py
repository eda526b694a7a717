"""Pushes come in stream order: cursors never go back within a connection, and no two clients see two events in
different order. A cursor is opaque, so the order is that of everyone's connections together: it must have no circle.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from tests.kit.evidence import Evidence, Witness
from tests.kit.history import Disconnected, Pushed, Ready
from tests.kit.violation import Violation

RULE = "stream_order"

Step = tuple[str, str]


def stream_order(evidence: Evidence) -> list[Violation]:
    found: list[Violation] = []
    followed_by: dict[Step, str] = {}
    for witness in evidence.witnesses.values():
        for connection in _connections(witness):
            for step in pairwise(connection):
                if step[0] != step[1]:
                    followed_by.setdefault(step, witness.client)
            found += _going_back(witness.client, connection)
    return found + _circle(followed_by)


def _connections(witness: Witness) -> Iterator[list[str]]:
    """The cursors of each connection, in the order of arrival."""
    cursors: list[str] = []
    for record in witness.records:
        if isinstance(record, Pushed) and record.body.get("cursor"):
            cursors.append(record.body["cursor"])
        elif isinstance(record, Ready) and record.cursor:
            cursors.append(record.cursor)
        elif isinstance(record, Disconnected):
            yield cursors
            cursors = []
    yield cursors


def _going_back(client: str, connection: list[str]) -> Iterator[Violation]:
    """Where cursors end in the stream's sequence, one client alone shows it."""
    for before, after in pairwise(connection):
        earlier, later = _position(before), _position(after)
        if earlier and later and earlier[0] == later[0] and later[1] < earlier[1]:
            yield Violation(RULE, client, f"cursor {after} came after {before}")


def _position(cursor: str) -> tuple[str, int] | None:
    match = re.fullmatch(r"(.*?)(\d+)", cursor)
    return (match[1], int(match[2])) if match else None


def _circle(followed_by: dict[Step, str]) -> list[Violation]:
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for before, after in followed_by:
        sorter.add(after, before)
    try:
        sorter.prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        who = sorted({followed_by[step] for step in pairwise(circle) if step in followed_by})
        return [Violation(RULE, ", ".join(who), f"saw the events at {' < '.join(circle)} in different order")]
    return []
