"""Say who is here."""

from chassis.clock import Clock
from contracts.presence import ListPresence, People
from services.presence.domain.leases import Leases, check_warm, check_watched


class ListPeople:
    def __init__(self, leases: Leases, clock: Clock) -> None:
        self._leases = leases
        self._clock = clock

    async def __call__(self, request: ListPresence) -> People:
        user_ids = None if request.user_ids is None else list(dict.fromkeys(request.user_ids))
        if user_ids is not None:
            check_watched(user_ids)
        listing = await self._leases.look(user_ids, int(self._clock.now().timestamp() * 1000))
        check_warm(listing.warming_ms)
        return People(people=[person.presence() for person in listing.people])
