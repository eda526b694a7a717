"""Many people by their ids, for other parts."""

from dataclasses import dataclass

from chassis.bus import Asker
from contracts.auth import LookUpUsers as Request
from contracts.auth import UserList
from contracts.limits import MEMBERS_MAX, is_id
from contracts.refusals import Refused
from services.auth.domain.people import People
from services.auth.domain.presences import Presences


@dataclass(frozen=True)
class LookUpUsers:
    people: People
    presences: Presences

    async def __call__(self, asker: Asker, request: Request) -> UserList:
        if len(request.user_ids) > MEMBERS_MAX:
            raise Refused("too_large", f"At most {MEMBERS_MAX} ids.")
        found = await self.people.by_ids([user_id for user_id in request.user_ids if is_id(user_id)])
        return UserList(users=[self.presences.user(person) for person in found])
