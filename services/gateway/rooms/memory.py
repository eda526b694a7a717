"""The last events of the stream, found by whom they concern: what a client missed is served from here."""

from bisect import bisect_right
from collections import deque
from collections.abc import Hashable, Iterable, Iterator
from typing import TypeVar

from contracts.messenger import MessageChanged
from contracts.things import Message
from services.gateway.rooms.said import Said

K = TypeVar("K", bound=Hashable)
BYTES_MAX = 64 * 1024 * 1024
EVENT_BYTES = 1_000
"""What an event takes besides its text."""
Place = tuple[str, int]
"""Of a message: its conversation and seq."""


class Memory:
    """Covers every event with a sequence above `start`. Bounded in events, bytes and age."""

    def __init__(self, start: int, events_max: int, age_s: float, bytes_max: int = BYTES_MAX) -> None:
        self.start = start
        self.end = start
        self._events_max = events_max
        self._bytes_max = bytes_max
        self._bytes = 0
        self._age_ns = int(age_s * 1e9)
        self._said: deque[Said] = deque()
        self._by_key: dict[str, deque[Said]] = {}
        self._changes: dict[Place, deque[Said]] = {}

    def __len__(self) -> int:
        return len(self._said)

    def add(self, said: Said) -> None:
        self._said.append(said)
        self._bytes += _bytes_of(said)
        self.end = said.seq
        for key in said.keys:
            self._by_key.setdefault(key, deque()).append(said)
        if isinstance(said.body, MessageChanged):
            self._changes.setdefault(_place(said.body.message), deque()).append(said)
        oldest = said.at_ns - self._age_ns
        while self._said and (self._is_full or self._said[0].at_ns < oldest):
            self._forget(self._said.popleft())

    def since(self, seq: int, keys: Iterable[str]) -> list[Said]:
        """What concerns any of the keys and came after `seq`, in stream order, each once."""
        found: dict[int, Said] = {}
        for key in keys:
            for said in reversed(self._by_key.get(key, ())):
                if said.seq <= seq:
                    break
                found[said.seq] = said
        return [found[at] for at in sorted(found)]

    def backwards(self, key: str) -> Iterator[Said]:
        """What concerns the key, the newest first."""
        return reversed(self._by_key.get(key, ()))

    def changed(self, message: Message, before: int | None = None) -> Message | None:
        """The message as it is since its last change, or since the last before that place; None: it was not changed."""
        for said in reversed(self._changes.get(_place(message), ())):
            if before is None or said.seq < before:
                changed: Message = said.body.message
                return changed
        return None

    def just_before(self, seq: int, keys: Iterable[str], span_ns: int) -> list[Said]:
        """What concerns any of the keys and came up to `seq`, no earlier than `span_ns` before it, in stream order."""
        at = bisect_right(self._said, seq, key=lambda said: said.seq)
        if not at:
            return []
        oldest = self._said[at - 1].at_ns - span_ns
        found: dict[int, Said] = {}
        for key in keys:
            for said in reversed(self._by_key.get(key, ())):
                if said.at_ns < oldest:
                    break
                if said.seq <= seq:
                    found[said.seq] = said
        return [found[each] for each in sorted(found)]

    @property
    def _is_full(self) -> bool:
        return len(self._said) > self._events_max or self._bytes > self._bytes_max

    def _forget(self, said: Said) -> None:
        self.start = said.seq
        self._bytes -= _bytes_of(said)
        for key in said.keys:
            _forget_first(self._by_key, key)
        if isinstance(said.body, MessageChanged):
            _forget_first(self._changes, _place(said.body.message))


def _bytes_of(said: Said) -> int:
    """As understood, and as a frame."""
    return EVENT_BYTES + (2 * len(said.frame.wire) if said.frame is not None else 0)


def _place(message: Message) -> Place:
    return message.conversation_id, message.seq


def _forget_first(lines: dict[K, deque[Said]], key: K) -> None:
    line = lines[key]
    line.popleft()
    if not line:
        del lines[key]
