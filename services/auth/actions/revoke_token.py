"""Revoking a token of a service account: it ends as a session does, everywhere at once. It may be revoked again."""

from contextlib import suppress
from dataclasses import dataclass

from chassis.bus import Asker
from chassis.clock import Clock
from contracts.auth import RevokeToken as Request
from contracts.limits import is_id
from contracts.refusals import Refused
from contracts.table import Nothing
from services.auth.actions.remember import Remember
from services.auth.domain.people import People
from services.auth.domain.sessions import AlreadyEnded, Sessions

ACTION = "token.revoke"


@dataclass(frozen=True)
class RevokeToken:
    people: People
    sessions: Sessions
    remember: Remember
    clock: Clock

    async def __call__(self, asker: Asker, request: Request) -> Nothing:
        token = await self.sessions.by_id(request.token_id) if is_id(request.token_id) else None
        if token is None or not token.is_token:
            raise Refused("not_found", "There is no token of this id.")
        if token.ended_at is None:
            with suppress(AlreadyEnded):
                await self.remember(
                    asker,
                    ACTION,
                    lambda transaction: self.sessions.end(transaction, token, "revoked", self.clock.now()),
                    target=await self.people.by_id(token.user_id),
                    session_id=token.session_id,
                )
        return Nothing()
