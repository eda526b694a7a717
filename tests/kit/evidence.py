"""A history and the final answers, put in order once for all rules."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.kit.answers import Answers
from tests.kit.history import (
    Acknowledged,
    Asked,
    Body,
    Disconnected,
    Entry,
    History,
    LoggedIn,
    Pushed,
    Quiet,
    Ready,
    Unanswered,
)

OUTCOME_UNKNOWN = ("unavailable", "internal")
MESSAGE_IDENTITY = ("message_id", "client_message_id", "sender_id", "sent_at", "reply_to_seq")


class Exchange(NamedTuple):
    """An ask and what came back. Without a `result` and not refused, it may have happened or not."""

    client: str
    user_id: str
    at: float
    name: str
    fields: Body
    answered_at: float | None = None
    result: Body | None = None
    is_refused: bool = False


@dataclass
class Witness:
    """One client: its own records, and every quiet point, in order of time."""

    client: str
    user_id: str
    records: list[Entry] = field(default_factory=list)


class Evidence:
    def __init__(self, history: History, answers: Answers) -> None:
        self.answers = answers
        self.witnesses: dict[str, Witness] = {}
        self.exchanges: list[Exchange] = []
        self.quiets: list[Quiet] = []
        open_asks: dict[int, Exchange] = {}
        for record in history.records:
            match record:
                case LoggedIn():
                    self._witness(record.client).user_id = record.user_id
                case Quiet():
                    self.quiets.append(record)
                    for witness in self.witnesses.values():
                        witness.records.append(record)
                    continue
                case Asked():
                    user_id = self._witness(record.client).user_id
                    asked = Exchange(record.client, user_id, record.at, record.name, record.fields)
                    open_asks[record.ask] = asked
                case Acknowledged():
                    self.exchanges.append(_answered(open_asks.pop(record.ask), record))
                case Unanswered():
                    self.exchanges.append(open_asks.pop(record.ask))
                case _:
                    pass
            self._witness(record.client).records.append(record)
        self.exchanges.extend(open_asks.values())
        self._sends: dict[tuple[str, object], list[Exchange]] = defaultdict(list)
        for sent in self.named("message.send"):
            self._sends[sent.user_id, sent.fields.get("client_message_id")].append(sent)

    def named(self, name: str) -> list[Exchange]:
        return [each for each in self.exchanges if each.name == name]

    def acknowledged(self, name: str) -> list[tuple[Exchange, Body]]:
        return [(each, each.result) for each in self.exchanges if each.name == name and each.result is not None]

    def texts_sent(self, user_id: str, client_message_id: str) -> set[str]:
        """Whoever repeats an id with another text gets the first message, so each is right."""
        return {
            each.fields["text"]
            for each in self._sends.get((user_id, client_message_id), ())
            if isinstance(each.fields.get("text"), str)
        }

    def is_last(self, quiet: Quiet) -> bool:
        return quiet is self.quiets[-1]

    def may_have_happened(self, *names: str) -> list[Exchange]:
        return [each for each in self.exchanges if each.name in names and not each.is_refused]

    def acknowledged_seqs(self, until: float) -> dict[str, set[int]]:
        """By conversation, what had been acknowledged by then."""
        seqs: dict[str, set[int]] = {}
        for sent, result in self.acknowledged("message.send"):
            if sent.answered_at is not None and sent.answered_at <= until:
                seqs.setdefault(result["message"]["conversation_id"], set()).add(result["message"]["seq"])
        return seqs

    def _witness(self, client: str) -> Witness:
        return self.witnesses.setdefault(client, Witness(client, ""))


def _answered(asked: Exchange, answer: Acknowledged) -> Exchange:
    if answer.ok:
        return asked._replace(answered_at=answer.at, result=answer.body)
    return asked._replace(answered_at=answer.at, is_refused=answer.body["code"] not in OUTCOME_UNKNOWN)


def is_live_after(record: Entry, is_live: bool) -> bool:
    """Live from `ready` to the end of the connection."""
    if isinstance(record, Ready):
        return True
    return is_live and not isinstance(record, Disconnected)


def pushed_message(record: Entry, name: str = "message.sent") -> Body | None:
    """The message, where this record is a push of one."""
    if isinstance(record, Pushed) and record.name == name:
        message: Body = record.body["message"]
        return message
    return None


def identity(message: Body) -> tuple[object, ...]:
    """What no edit changes."""
    return tuple(message.get(name) for name in MESSAGE_IDENTITY)
