"""How long things took, out of the record of a run."""

from itertools import pairwise

from tests.kit.history import Acknowledged, Asked, History, Pushed


def longest_silence_s(history: History) -> float:
    """The longest that anyone, while all were talking, was told of no message."""
    told_at: dict[str, list[float]] = {}
    for record in history.records:
        if isinstance(record, Pushed) and record.name == "message.sent":
            told_at.setdefault(record.client, []).append(record.at)
    return max(after - before for times in told_at.values() for before, after in pairwise(times))


def longest_send_s(history: History) -> float:
    """From the first time a message was sent to its acknowledgement, repeats included."""
    first_at: dict[str, float] = {}
    sends: dict[int, str] = {}
    longest = 0.0
    for record in history.records:
        if isinstance(record, Asked) and record.name == "message.send":
            sends[record.ask] = record.fields["client_message_id"]
            first_at.setdefault(sends[record.ask], record.at)
        elif isinstance(record, Acknowledged) and record.ok and record.ask in sends:
            longest = max(longest, record.at - first_at[sends[record.ask]])
    return longest
