"""A person as presence knows them, and as others are told."""

from datetime import UTC, datetime
from typing import Protocol

import msgspec

from chassis.clock import rfc3339
from contracts.things import PersonPresence

OFFLINE = "offline"


class Person(msgspec.Struct, frozen=True):
    """`version` is at least the time of the change in ms, and grows with each: it survives a lost store."""

    user_id: str
    status: str = OFFLINE
    last_seen_ms: int | None = None
    version: int = 0

    @property
    def change_id(self) -> str:
        """The same however often, and by whomever, this change is told."""
        return f"{self.user_id}.{self.version}"

    def presence(self) -> PersonPresence:
        last_seen_at = None if self.last_seen_ms is None else moment(self.last_seen_ms)
        return PersonPresence(user_id=self.user_id, status=self.status, last_seen_at=last_seen_at, version=self.version)


class ToldPeople(Protocol):
    async def last(self) -> list[Person]:
        """What was last told of each person, as far back as the stream goes. Raises nats.errors.Error or TimeoutError."""
        ...


def person_of(told: PersonPresence) -> Person:
    """Raises ValueError for a time that is none."""
    at = told.last_seen_at
    last_seen_ms = None if at is None else round(datetime.fromisoformat(at).timestamp() * 1000)
    return Person(told.user_id, told.status, last_seen_ms, told.version)


def moment(at_ms: int) -> str:
    return rfc3339(datetime.fromtimestamp(at_ms / 1000, UTC))
