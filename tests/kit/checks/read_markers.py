"""Read markers reckoned from the record alone: joining and sending move them, reading moves them, and marking as unread puts
them back; nothing else does. Once one was put back, the last ask that moves it says where it is, if no other was under way.
"""

from __future__ import annotations

from collections import defaultdict

from tests.kit.evidence import OUTCOME_UNKNOWN, Evidence, Exchange, is_live_after
from tests.kit.history import Acknowledged, Asked, Body, Entry, Pushed, Ready

Key = tuple[str, str]


class Markers:
    """Per conversation the last `seq`, per person and conversation the marker; unsure where an ask went unanswered."""

    def __init__(self, last_seq: dict[str, int], read_seq: dict[Key, int], unsure: set[Key]) -> None:
        self._last_seq = last_seq
        self._read_seq = read_seq
        self._unsure = unsure

    def unread(self, user_id: str) -> dict[str, int]:
        """Of the conversations whose marker is known for sure."""
        return {
            key: self._last_seq[key] - read_seq
            for (key, reader), read_seq in self._read_seq.items()
            if reader == user_id and (key, reader) not in self._unsure
        }


def markers_at(evidence: Evidence) -> dict[int, Markers]:
    """By the `id` of each quiet point."""
    return {id(quiet): _reckoned(evidence, quiet.at) for quiet in evidence.quiets}


def _reckoned(evidence: Evidence, until: float) -> Markers:
    last_seq: dict[str, int] = defaultdict(int)
    read_seq: dict[Key, int] = defaultdict(int)
    unsure: set[Key] = set()
    here: set[str] = set()
    for witness in evidence.witnesses.values():
        asks: dict[int, Asked] = {}
        is_live = False
        for record in witness.records:
            if record.at > until:
                break
            is_live = is_live_after(record, is_live)
            _take(record, witness.user_id, asks, last_seq, read_seq, unsure)
        for asked in asks.values():
            unsure.add((asked.fields.get("conversation_id", ""), witness.user_id))
        here |= {witness.user_id} if is_live else set()
    # whoever was away may have been removed and added again, and was not told yet
    regrouped = {_conversation_of(each) for each in evidence.may_have_happened("group.update") if each.at <= until}
    unsure |= {(key, user_id) for key, user_id in read_seq if key in regrouped and user_id not in here}
    for place, marker in _put_back(evidence, until).items():
        if marker is None:
            unsure.add(place)
        else:
            read_seq[place] = marker
            unsure.discard(place)
    for key, user_id in [each for each in read_seq if not evidence.answers.is_member(*each)]:
        del read_seq[key, user_id]
    return Markers(last_seq, read_seq, unsure)


def _take(
    record: Entry,
    me: str,
    asks: dict[int, Asked],
    last_seq: dict[str, int],
    read_seq: dict[Key, int],
    unsure: set[Key],
) -> None:
    """`asks` keeps the asks about markers that have no answer yet."""

    def said(message: Body) -> None:
        key, seq = message["conversation_id"], message["seq"]
        last_seq[key] = max(last_seq[key], seq)
        is_own = message["sender_id"] == me
        if is_own and _says_change(message):
            # read if all before was read by then, which the record cannot tell
            is_own = False
            unsure.add((key, me))
        read_seq[key, me] = max(read_seq[key, me], seq if is_own else 0)

    if isinstance(record, Ready) and record.snapshot is not None:
        for each in record.snapshot["conversations"]:
            key = each["conversation_id"]
            last_seq[key] = max(last_seq[key], each["last_seq"])
            read_seq[key, me] = max(read_seq[key, me], each["read_seq"])
    elif isinstance(record, Pushed) and record.name == "message.sent":
        said(record.body["message"])
    elif isinstance(record, Pushed) and record.name in ("group.created", "group.updated"):
        key, joined_at = record.body["conversation"]["conversation_id"], record.body["conversation"].get("last_seq", 0)
        last_seq[key] = max(last_seq[key], joined_at)
        if record.name == "group.created" or (key, me) not in read_seq:
            read_seq[key, me] = max(read_seq[key, me], joined_at)
    elif isinstance(record, Pushed) and record.name == "group.deleted":
        read_seq.pop((record.body["conversation"]["conversation_id"], me), None)
    elif isinstance(record, Asked) and record.name == "conversation.read":
        asks[record.ask] = record
    elif isinstance(record, Acknowledged) and record.ok and "message" in record.body:
        if record.body["message"]["sender_id"] == me:
            said(record.body["message"])
    elif isinstance(record, Acknowledged) and record.ask in asks:
        asked = asks.pop(record.ask)
        if record.ok:
            key = asked.fields["conversation_id"]
            read_seq[key, me] = max(read_seq[key, me], min(asked.fields["seq"], record.body["read_seq"]))
        elif record.body["code"] in OUTCOME_UNKNOWN:
            unsure.add((asked.fields.get("conversation_id", ""), me))


def _says_change(message: Body) -> bool:
    """Of a system message, also of one that was deleted."""
    return "change" in message or bool(message["message_id"] == message["client_message_id"])


def _put_back(evidence: Evidence, until: float) -> dict[Key, int | None]:
    """Of the markers that somebody put back: where they are, None where that is not sure."""
    moves: dict[Key, list[Exchange]] = defaultdict(list)
    for each in evidence.may_have_happened("conversation.read", "conversation.mark_unread", "message.send"):
        if each.at <= until:
            moves[_conversation_of(each), each.user_id].append(each)
    regrouped = {_conversation_of(each) for each in evidence.may_have_happened("group.update") if each.at <= until}
    return {
        place: None if place[0] in regrouped else _last_move(of_one, until)
        for place, of_one in moves.items()
        if any(each.name == "conversation.mark_unread" for each in of_one)
    }


def _last_move(moves: list[Exchange], until: float) -> int | None:
    if any(each.answered_at is None or each.answered_at > until for each in moves):
        return None
    last = max(moves, key=lambda each: each.at)
    before = [each for each in moves if each is not last]
    if any((each.answered_at or 0) > last.at for each in before):
        return None
    result = last.result or {}
    if last.name != "message.send":
        marker: int | None = result.get("read_seq")
        return marker
    sent = [each.result["message"]["seq"] for each in before if each.name == "message.send" and each.result]
    seq: int = result["message"]["seq"]
    return seq if seq > max(sent, default=0) else None


def _conversation_of(asked: Exchange) -> str:
    """ "" for a message to a person that has no answer: nobody can tell."""
    about = (asked.result or {}).get("message") or asked.fields.get("to") or asked.fields
    key: str = about.get("conversation_id") or ""
    return key
