"""Who comes with a token of a service account: asked by gateways, which keep the answer for a while."""

from dataclasses import dataclass

from chassis.bus import Asker
from chassis.clock import Clock, rfc3339
from contracts.auth import CheckToken as Request
from contracts.auth import TokenChecked
from services.auth.domain.people import People, as_user
from services.auth.domain.service_tokens import USED_EVERY, check_door, check_good, unknown
from services.auth.domain.sessions import Sessions, ended


@dataclass(frozen=True)
class CheckToken:
    people: People
    sessions: Sessions
    clock: Clock

    async def __call__(self, _: Asker, request: Request) -> TokenChecked:
        token, now = await self.sessions.by_token(_hash(request.token_hash)), self.clock.now()
        if token is None:
            raise unknown()
        check_good(token, now)
        check_door(token)
        person = await self.people.by_id(token.user_id)
        if person is None or person.disabled or not person.is_service:
            raise ended()
        if now - token.used_at >= USED_EVERY or token.used_at == token.created_at:
            await self.sessions.touch(token, now)
        return TokenChecked(
            user=as_user(person),
            token_id=token.session_id,
            scope=token.scope or "",
            created_at=rfc3339(token.created_at),
            expires_at=rfc3339(token.expires_at),
            version=person.version,
        )


def _hash(text: str) -> bytes:
    """Raises Refused `token_invalid`."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise unknown() from None
