"""One person: oneself, or another by id; to those who may unlock them also until when they are locked."""

from dataclasses import dataclass

import msgspec

from chassis.bus import Asker
from contracts.auth import GetUser as Request
from contracts.auth import UserAnswer
from contracts.limits import is_id
from contracts.table import Nothing
from services.auth.actions.guard import Guard
from services.auth.domain.people import People, Person, as_seen_by, known, may_manage
from services.auth.domain.presences import Presences


@dataclass(frozen=True)
class GetUser:
    people: People
    presences: Presences
    guard: Guard

    async def __call__(self, asker: Asker, request: Request) -> UserAnswer:
        person = await self._get(request.user_id)
        user = as_seen_by(asker, self.presences.user(person))
        if may_manage(asker.role, person):
            locks = await self.guard.locked_until([person.login])
            user = msgspec.structs.replace(user, locked_until=locks.get(person.login))
        return UserAnswer(user=user)

    async def me(self, asker: Asker, request: Nothing) -> UserAnswer:
        return UserAnswer(user=self.presences.user(await self._get(asker.user_id)))

    async def _get(self, user_id: str) -> Person:
        return known(await self.people.by_id(user_id) if is_id(user_id) else None)
