"""Making a token of a service account. Its secret is in this one answer, and kept nowhere."""

import secrets
from dataclasses import dataclass

from chassis.bus import Asker
from chassis.clock import Clock, rfc3339
from contracts.auth import CreateToken as Request
from contracts.auth import TokenMade
from contracts.limits import is_id
from contracts.refusals import Refused, unavailable
from services.auth.actions.remember import Remember
from services.auth.domain.people import Changed, People, check_managed, known
from services.auth.domain.service_tokens import (
    PREFIX,
    SECRET_BYTES,
    as_token,
    check_count,
    check_owner,
    check_wanted,
    new_token,
)
from services.auth.domain.sessions import Sessions

ACTION = "token.create"
TRIES = 3
"""Each means that somebody changed this account meanwhile."""


@dataclass(frozen=True)
class CreateToken:
    people: People
    sessions: Sessions
    remember: Remember
    clock: Clock

    async def __call__(self, asker: Asker, request: Request) -> TokenMade:
        check_wanted(request)
        for _ in range(TRIES):
            try:
                return await self._make(asker, request)
            except Changed:
                continue
        raise unavailable("Auth")

    async def _make(self, asker: Asker, request: Request) -> TokenMade:
        """Only as long as the account is what it was: disabling it ends this token, too, or comes before it. Raises Changed."""
        now = self.clock.now()
        person = known(await self.people.by_id(request.user_id) if is_id(request.user_id) else None)
        try:
            check_managed(asker.role, person)
            check_owner(person)
            check_count(len(await self.sessions.tokens(person.user_id, now)))
        except Refused as refused:
            raise await self.remember.refusal(asker, ACTION, refused, target=person) from None
        secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
        token = new_token(person, request, secret, now, asker.address)
        await self.remember(
            asker,
            ACTION,
            lambda transaction: self.people.hold(transaction, person),
            lambda transaction: self.sessions.start(transaction, token),
            target=person,
            session_id=token.session_id,
            detail={"scope": request.scope, "expires_at": rfc3339(token.expires_at)},
            in_turn=True,
        )
        return TokenMade(token=as_token(token), secret=secret)
