"""What the people of a run noticed, out of its record: how late messages came, who seemed away, when clients came back."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from tests.kit.history import Acknowledged, Asked, Body, Connected, History, Pushed, Unanswered

WINDOW_S = 0.5


def deliveries_s(history: History, since: float, until: float) -> list[float]:
    """From the first attempt to send until each member was told, of what was sent in that time. Shortest first."""
    asked_at: dict[str, float] = {}
    took_s: list[float] = []
    for record in history.records:
        if isinstance(record, Asked) and record.name == "message.send":
            asked_at.setdefault(record.fields["client_message_id"], record.at)
        elif isinstance(record, Pushed) and record.name == "message.sent":
            at = asked_at[record.body["message"]["client_message_id"]]
            if since <= at < until:
                took_s.append(record.at - at)
    return sorted(took_s)


def percentile(values: Sequence[float], share: float) -> float:
    """Of values in order."""
    return values[min(len(values) - 1, int(share * len(values)))]


def not_acknowledged(history: History) -> list[Body]:
    """What was refused, or not answered however often it was said again."""
    asked = {record.ask: record for record in history.records if isinstance(record, Asked)}
    return [
        {"client": record.client, "name": asked[record.ask].name, "why": _why(record)}
        for record in history.records
        if (isinstance(record, Acknowledged) and not record.ok) or isinstance(record, Unanswered)
    ]


def shown_offline(history: History, since: float) -> list[str]:
    """Who was shown so to whom: nobody leaves."""
    shown: list[str] = []
    for record in history.records:
        if record.at < since:
            continue
        is_told = isinstance(record, Pushed) and record.name == "presence"
        if is_told or (isinstance(record, Acknowledged) and "people" in record.body):
            people = record.body["people"]  # type: ignore[union-attr]
            shown += [
                f"{record.at:.2f}: {record.client} saw {person['user_id']}"
                for person in people
                if person["status"] == "offline"
            ]
    return shown


def returns(history: History, since: float) -> list[float]:
    """When clients came back, in order."""
    return [record.at for record in history.records if isinstance(record, Connected) and record.at >= since]


def most_at_once(times: Sequence[float]) -> int:
    """Of times in order, the most in any half second."""
    return max(bisect_left(times, at + WINDOW_S) - number for number, at in enumerate(times))


def _why(record: Acknowledged | Unanswered) -> str:
    return record.reason if isinstance(record, Unanswered) else str(record.body["code"])
