"""What the scripts say of a person, and what there is to tell, as text."""

from services.presence.domain.leases import Change
from services.presence.domain.people import Choice, Connection, Person

OF_CONNECTIONS = ("lost", "back", "left")


def change_of(entry: str) -> Change:
    user_id, state, *rest = entry.split("|")
    if state in OF_CONNECTIONS:
        lost_ms, at_ms = rest
        return Change(entry, Connection(user_id, state, int(lost_ms), int(at_ms)))
    return Change(entry, person_of(entry))


def person_of(entry: str) -> Person:
    """Of an earlier version of Parley nothing was chosen. A note may have any character."""
    user_id, status, seen, version, *chosen = entry.split("|", 7)
    choice = Choice()
    if chosen:
        status_, status_until, note_until, note = chosen
        choice = Choice(status_, _number(status_until), note, _number(note_until))
    return Person(user_id, status, _number(seen), int(version), choice)


def words(of: Person | Choice) -> list[str]:
    if isinstance(of, Choice):
        return [of.status, _text(of.status_until_ms), _text(of.note_until_ms), of.note]
    return [of.status, _text(of.last_seen_ms), str(of.version), *words(of.choice)]


def _number(text: str) -> int | None:
    return int(text) if text else None


def _text(number: int | None) -> str:
    return "" if number is None else str(number)
