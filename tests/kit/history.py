"""What every client did and saw, in the order it happened, on one monotonic clock (seconds).

A record is appended in well under 10 µs and never changed. Bodies are kept by reference, as they were decoded: whoever
appends one must not change it later. A token or password never gets in here: the record of a run is a file people pass on.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

Body = dict[str, Any]


class Entry(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag_field="what", tag=str.lower):
    """`client` is one instance of one person's client (`ada#1`), the same across all its connections."""

    at: float
    client: str


class LoggedIn(Entry, frozen=True, gc=False):
    login: str
    user_id: str


class Coming(Entry, frozen=True, gc=False):
    """The person means to be here, from now until they leave or are told to stay away."""


class Left(Entry, frozen=True, gc=False):
    """The person goes, and means it; what a `Disconnected` alone does not say."""


class Connected(Entry, frozen=True, gc=False):
    """The socket is open and the token accepted; `cursor` is what the client showed."""

    gateway: str
    cursor: str | None = None


class Rejected(Entry, frozen=True, gc=False):
    """A `connect_error`."""

    code: str


class Ready(Entry, frozen=True, gc=False):
    """The catch-up is over: the client is live until its next `Disconnected`."""

    recovered: bool
    cursor: str | None = None
    snapshot: Body | None = None


class Disconnected(Entry, frozen=True, gc=False):
    reason: str


class Asked(Entry, frozen=True, gc=False):
    """`ask` numbers the asks of one history; the answer carries the same number."""

    ask: int
    name: str
    fields: Body


class Acknowledged(Entry, frozen=True, gc=False):
    """`body` is the result, or the error of a refusal."""

    ask: int
    ok: bool
    body: Body


class Unanswered(Entry, frozen=True, gc=False):
    """No acknowledgement came: what was asked may have happened or not."""

    ask: int
    reason: str


class Pushed(Entry, frozen=True, gc=False):
    name: str
    body: Body


class Quiet(Entry, frozen=True, gc=False):
    """A quiet point: whoever drives the run saw nothing in flight and nothing arriving, or waited for it in vain.
    It belongs to all clients.
    """

    is_reached: bool = True


Record = (
    LoggedIn
    | Coming
    | Left
    | Connected
    | Rejected
    | Ready
    | Disconnected
    | Asked
    | Acknowledged
    | Unanswered
    | Pushed
    | Quiet
)


class History:
    """Appended to by all clients of one event loop. `records` is in order of time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.records: list[Record] = []
        self._clock = clock
        self._asks = 0

    def logged_in(self, client: str, login: str, user_id: str) -> None:
        self.records.append(LoggedIn(self._clock(), client, login, user_id))

    def coming(self, client: str) -> None:
        self.records.append(Coming(self._clock(), client))

    def left(self, client: str) -> None:
        self.records.append(Left(self._clock(), client))

    def connected(self, client: str, gateway: str, cursor: str | None) -> None:
        self.records.append(Connected(self._clock(), client, gateway, cursor))

    def rejected(self, client: str, code: str) -> None:
        self.records.append(Rejected(self._clock(), client, code))

    def disconnected(self, client: str, reason: str) -> None:
        self.records.append(Disconnected(self._clock(), client, reason))

    def asked(self, client: str, name: str, fields: Body) -> int:
        self._asks += 1
        self.records.append(Asked(self._clock(), client, self._asks, name, fields))
        return self._asks

    def acknowledged(self, client: str, ask: int, ok: bool, body: Body) -> None:
        self.records.append(Acknowledged(self._clock(), client, ask, ok, body))

    def unanswered(self, client: str, ask: int, reason: str) -> None:
        self.records.append(Unanswered(self._clock(), client, ask, reason))

    def pushed(self, client: str, name: str, body: Body) -> None:
        """A `ready` becomes a `Ready`, anything else a `Pushed`."""
        if name == "ready":
            snapshot = body.get("snapshot")
            self.records.append(Ready(self._clock(), client, bool(body.get("recovered")), body.get("cursor"), snapshot))
        else:
            self.records.append(Pushed(self._clock(), client, name, body))

    def quiet(self, is_reached: bool = True) -> None:
        self.records.append(Quiet(self._clock(), "", is_reached))

    def dump(self, path: Path) -> None:
        """One JSON object a line; `read_history` gives the same records back."""
        path.write_bytes(msgspec.json.Encoder().encode_lines(self.records))


def read_history(path: Path) -> History:
    history = History()
    history.records = msgspec.json.Decoder(Record).decode_lines(path.read_bytes())
    return history


def returns(history: History) -> str:
    """A client's first `ready` is its coming, each later one a return."""
    came: set[str] = set()
    recovered: list[bool] = []
    for record in history.records:
        if isinstance(record, Ready):
            if record.client in came:
                recovered.append(record.recovered)
            came.add(record.client)
    return f"{len(came)} clients, {len(recovered)} returns, {sum(recovered)} of them recovered"
