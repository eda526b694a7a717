"""Who is here, as auth has heard: of each person the newest version. Lost with the process, learned again at start."""

from collections.abc import Iterable

from contracts.things import PersonPresence, User
from services.auth.domain.people import Person, as_user

OFFLINE = "offline"


class Presences:
    def __init__(self) -> None:
        self._people: dict[str, PersonPresence] = {}

    def note(self, people: Iterable[PersonPresence]) -> None:
        """In any order, any number of times."""
        for person in people:
            known = self._people.get(person.user_id)
            if known is None or person.version >= known.version:
                self._people[person.user_id] = person

    def here(self) -> tuple[str, ...]:
        """The ids of all who are not offline."""
        return tuple(key for key, person in self._people.items() if person.status != OFFLINE)

    def user(self, person: Person) -> User:
        heard = self._people.get(person.user_id)
        if heard is None:
            return as_user(person, OFFLINE)
        return as_user(person, heard.status, heard.last_seen_at)
