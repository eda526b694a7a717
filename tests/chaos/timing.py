"""How long things took, out of the record of a run."""

import math
from collections.abc import Sequence
from itertools import pairwise

from tests.kit.history import Acknowledged, Asked, History, Pushed


def longest_silence_s(history: History) -> float:
    """The longest that anyone, while all were talking, was told of no message."""
    told_at: dict[str, list[float]] = {}
    for record in history.records:
        if isinstance(record, Pushed) and record.name == "message.sent":
            told_at.setdefault(record.client, []).append(record.at)
    return max(after - before for times in told_at.values() for before, after in pairwise(times))


def send_times_s(history: History, since: float = -math.inf, until: float = math.inf) -> list[float]:
    """Of each message first sent in that time: until its acknowledgement, repeats included. Shortest first."""
    first_at: dict[str, float] = {}
    took_s: dict[str, float] = {}
    sends: dict[int, str] = {}
    for record in history.records:
        if isinstance(record, Asked) and record.name == "message.send":
            sends[record.ask] = record.fields["client_message_id"]
            first_at.setdefault(sends[record.ask], record.at)
        elif isinstance(record, Acknowledged) and record.ok and record.ask in sends:
            took_s.setdefault(sends[record.ask], record.at - first_at[sends[record.ask]])
    return sorted(took for message, took in took_s.items() if since <= first_at[message] < until)


def share_slower(times_s: Sequence[float], than_s: float) -> float:
    return sum(each > than_s for each in times_s) / len(times_s)
