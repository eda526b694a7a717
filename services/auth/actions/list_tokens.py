"""Listing the tokens that are good, of one service account or of all: never a secret."""

from dataclasses import dataclass

from chassis.bus import Asker
from chassis.clock import Clock
from contracts.auth import ListTokens as Request
from contracts.auth import TokenList
from contracts.limits import is_id
from services.auth.domain.people import People, known
from services.auth.domain.service_tokens import as_token
from services.auth.domain.sessions import Sessions


@dataclass(frozen=True)
class ListTokens:
    people: People
    sessions: Sessions
    clock: Clock

    async def __call__(self, asker: Asker, request: Request) -> TokenList:
        if request.user_id is not None:
            known(await self.people.by_id(request.user_id) if is_id(request.user_id) else None)
        found = await self.sessions.tokens(request.user_id, self.clock.now())
        return TokenList(tokens=[as_token(one) for one in found])
