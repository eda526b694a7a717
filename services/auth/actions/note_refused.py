"""Noting what a gateway refused for the role of who asked: in the trail, once a minute for each person and ask."""

from dataclasses import dataclass

from chassis.bus import Asker
from contracts.auth import NoteRefused as Request
from contracts.everything import ASKS
from contracts.limits import is_id
from contracts.table import Ask, Nothing
from services.auth.actions.remember import Remember
from services.auth.domain.people import People

OWNER = "auth"
FORBIDDEN = "forbidden"


@dataclass(frozen=True)
class NoteRefused:
    people: People
    remember: Remember

    async def __call__(self, asker: Asker, request: Request) -> Nothing:
        ask = ASKS.get(request.ask)
        if ask is not None and ask.owner == OWNER and asker.user_id and await self._is_forbidden(ask, asker):
            user_id = request.user_id or ""
            target = await self.people.by_id(user_id) if is_id(user_id) else None
            await self.remember.once_a_minute(asker, ask.name, FORBIDDEN, target=target)
        return Nothing()

    async def _is_forbidden(self, ask: Ask, asker: Asker) -> bool:
        if asker.role not in ask.roles:
            return True
        person = None if ask.services else await self.people.by_id(asker.user_id)
        return person is not None and person.is_service
