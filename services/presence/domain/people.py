"""A person as presence knows them, and as others are told."""

from datetime import UTC, datetime
from typing import Protocol

import msgspec

from chassis.clock import rfc3339
from contracts.presence import Chosen
from contracts.things import PersonPresence

OFFLINE = "offline"


class Choice(msgspec.Struct, frozen=True):
    """What a person has set. `status` empty: as it is, online or away; `note` empty: none."""

    status: str = ""
    status_until_ms: int | None = None
    note: str = ""
    note_until_ms: int | None = None

    def chosen(self) -> Chosen | None:
        if not self.status and not self.note:
            return None
        return Chosen(
            status=self.status or None,
            status_until=_moment(self.status_until_ms),
            note=self.note or None,
            note_until=_moment(self.note_until_ms),
        )


NOTHING_CHOSEN = Choice()


class Person(msgspec.Struct, frozen=True):
    """`version` is at least the time of the change in ms, and grows with each: it survives a lost store."""

    user_id: str
    status: str = OFFLINE
    last_seen_ms: int | None = None
    version: int = 0
    choice: Choice = NOTHING_CHOSEN

    @property
    def change_id(self) -> str:
        """The same however often, and by whomever, this change is told."""
        return f"{self.user_id}.{self.version}"

    def presence(self) -> PersonPresence:
        """As others see them: what they have chosen only while they are here."""
        choice = NOTHING_CHOSEN if self.status == OFFLINE else self.choice
        return PersonPresence(
            user_id=self.user_id,
            status=self.status,
            last_seen_at=_moment(self.last_seen_ms),
            note=choice.note or None,
            version=self.version,
            status_until=_moment(choice.status_until_ms),
            note_until=_moment(choice.note_until_ms),
        )


class Connection(msgspec.Struct, frozen=True):
    """The connection of a person that broke at `lost_ms` is told `state` at `at_ms`: lost; back; or left, logged out since."""

    user_id: str
    state: str
    lost_ms: int
    at_ms: int


class Remembered(msgspec.Struct, frozen=True):
    """What the stream remembers: everybody as they were last told, and since when connections are told lost."""

    people: list[Person]
    lost: dict[str, int]


class ToldPeople(Protocol):
    async def last(self) -> Remembered:
        """What was last told of each person, as far back as the stream goes. Raises nats.errors.Error or TimeoutError."""
        ...


def person_of(told: PersonPresence, chosen: Chosen | None) -> Person:
    """Raises ValueError for a time that is none."""
    chosen = chosen or Chosen()
    choice = Choice(
        chosen.status or "", milliseconds(chosen.status_until), chosen.note or "", milliseconds(chosen.note_until)
    )
    return Person(told.user_id, told.status, milliseconds(told.last_seen_at), told.version, choice)


def milliseconds(at: str | None) -> int | None:
    return None if at is None else round(datetime.fromisoformat(at).timestamp() * 1000)


def moment(at_ms: int) -> str:
    return rfc3339(datetime.fromtimestamp(at_ms / 1000, UTC))


def _moment(at_ms: int | None) -> str | None:
    return None if at_ms is None else moment(at_ms)
