"""One person: oneself, or another by id."""

from dataclasses import dataclass

from chassis.bus import Asker
from contracts.auth import GetUser as Request
from contracts.auth import UserAnswer
from contracts.limits import is_id
from contracts.table import Nothing
from services.auth.domain.people import People, known
from services.auth.domain.presences import Presences


@dataclass(frozen=True)
class GetUser:
    people: People
    presences: Presences

    async def __call__(self, asker: Asker, request: Request) -> UserAnswer:
        return await self._get(request.user_id)

    async def me(self, asker: Asker, request: Nothing) -> UserAnswer:
        return await self._get(asker.user_id)

    async def _get(self, user_id: str) -> UserAnswer:
        person = known(await self.people.by_id(user_id) if is_id(user_id) else None)
        return UserAnswer(user=self.presences.user(person))
