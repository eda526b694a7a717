"""Say who of some people is not here, and whether they wanted to be left alone."""

from chassis.clock import Clock
from contracts.presence import PEOPLE_MAX, Absence, Absences, ListAbsent
from contracts.refusals import Refused
from services.presence.domain.choices import is_left_alone
from services.presence.domain.leases import Leases, check_known, check_watched
from services.presence.domain.people import OFFLINE, Person


class ListOfAbsent:
    def __init__(self, leases: Leases, clock: Clock) -> None:
        self._leases = leases
        self._clock = clock

    async def __call__(self, request: ListAbsent) -> Absences:
        if len(request.user_ids) > PEOPLE_MAX:
            raise Refused("invalid", f"At most {PEOPLE_MAX} people at once.")
        check_watched(request.user_ids)
        listing = await self._leases.look(dict.fromkeys(request.user_ids))
        check_known(listing.is_known)
        return Absences(absent=[self._absence(person) for person in listing.people if person.status == OFFLINE])

    def _absence(self, person: Person) -> Absence:
        alone = is_left_alone(person.choice, self._clock.now())
        chosen = person.choice.chosen() if alone else None
        return Absence(
            user_id=person.user_id,
            last_seen_at=person.presence().last_seen_at,
            do_not_disturb=alone,
            until=chosen.status_until if chosen is not None else None,
        )
