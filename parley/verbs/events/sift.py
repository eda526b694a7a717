"""Which events are shown."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from chassis.bus import Told

PEOPLE = frozenset({"user_id", "sender_id", "by", "owner_id", "actor_id", "target_id"})
CONVERSATIONS = frozenset({"conversation_id"})


@dataclass(frozen=True)
class Sift:
    """`types`: patterns, with or without the owner; any of them, and all where there are none."""

    types: Sequence[str] = ()
    person: str | None = None
    conversation: str | None = None

    def lets_through(self, told: Told) -> bool:
        if self.types and not any(_is_of(told.name, pattern) for pattern in self.types):
            return False
        return self._names(told, self.person, PEOPLE) and self._names(told, self.conversation, CONVERSATIONS)

    @staticmethod
    def _names(told: Told, wanted: str | None, fields: frozenset[str]) -> bool:
        return wanted is None or wanted in told.keys or wanted in _named(_body(told), fields)


def _is_of(name: str, pattern: str) -> bool:
    return fnmatchcase(name, pattern) or fnmatchcase(name.partition(".")[2], pattern)


def _body(told: Told) -> Any:
    try:
        return json.loads(told.data)
    except ValueError:
        return {}


def _named(body: Any, fields: frozenset[str]) -> Iterator[str]:
    for name, value in body.items() if isinstance(body, dict) else ():
        if name in fields and isinstance(value, str):
            yield value
        yield from _named(value, fields)
