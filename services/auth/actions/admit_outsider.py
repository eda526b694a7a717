"""Admitting an outsider to NATS, by a token of a service account: for minutes at a time, so that one who is revoked is out."""

from dataclasses import dataclass
from datetime import timedelta

from chassis import log
from chassis.clock import Clock
from chassis.nkeys import AccountKey
from contracts.limits import SERVICE_TOKEN
from contracts.refusals import Refused
from services.auth.domain.outsiders import Coming, answer_claims, check_scope, user_claims
from services.auth.domain.people import People
from services.auth.domain.service_tokens import USED_EVERY, check_good, token_hash, unknown
from services.auth.domain.sessions import Sessions, ended


@dataclass(frozen=True)
class AdmitOutsider:
    """`key` is that of the issuer whom NATS believes. Each admission ends after `admitted`, or with its token."""

    people: People
    sessions: Sessions
    clock: Clock
    key: AccountKey
    admitted: timedelta

    async def __call__(self, who: Coming) -> str:
        """What NATS is told: a signed JWT, whether it admits or says why not."""
        try:
            return self._answer(who, jwt=await self._admit(who))
        except Refused as refused:
            log.get().info("outsider.refused", code=refused.code)
            return self._answer(who, error=refused.refusal.message)

    async def _admit(self, who: Coming) -> str:
        """Raises Refused."""
        if not SERVICE_TOKEN.fullmatch(who.token):
            raise unknown()
        token, now = await self.sessions.by_token(token_hash(who.token)), self.clock.now()
        if token is None:
            raise unknown()
        check_good(token, now)
        scope = check_scope(token)
        person = await self.people.by_id(token.user_id)
        if person is None or person.disabled or not person.is_service:
            raise ended()
        if now - token.used_at >= USED_EVERY or token.used_at == token.created_at:
            await self.sessions.touch(token, now)
        until = min(now + self.admitted, token.expires_at)
        log.get().info("outsider.admitted", user_id=person.user_id, token_id=token.session_id, scope=scope)
        return self.key.sign(user_claims(who, person, scope, now, until))

    def _answer(self, who: Coming, *, jwt: str = "", error: str = "") -> str:
        return self.key.sign(answer_claims(who, self.clock.now(), jwt=jwt, error=error))
