"""Tokens: access tokens are EdDSA JWTs that anyone can check; refresh tokens carry a MAC that only auth can."""

import hmac
import re
from collections.abc import Sequence
from datetime import datetime

import jwt

from contracts.auth import Tokens
from contracts.refusals import Refused
from contracts.things import Notice, User
from services.auth.domain.keyring import Keyring, base64url

_REFRESH = re.compile(r"([A-Za-z0-9_-]{1,64})\.([0-9]{1,12})\.([A-Za-z0-9_-]{43})")


class Mint:
    """Makes tokens, and reads refresh tokens, with the `keyring` it has at the time: a newer one may be put in its place."""

    def __init__(self, keyring: Keyring, issuer: str, access_token_s: int) -> None:
        self.keyring = keyring
        self._issuer = issuer
        self._access_token_s = access_token_s

    def tokens(
        self,
        user: User,
        session_id: str,
        generation: int,
        now: datetime,
        notices: Sequence[Notice] = (),
        *,
        version: int = 1,
        since: datetime | None = None,
    ) -> Tokens:
        """`version` is the person's: what was made before a change says so. `since`: when this generation of the session
        began, if not now; its refresh token is the same however often it is given, though keys changed meanwhile."""
        return Tokens(
            access_token=self._access(user, session_id, now, version),
            expires_in=self._access_token_s,
            user=user,
            notices=list(notices),
            refresh_token=self._refresh(session_id, generation, since or now),
        )

    def read_refresh(self, token: str | None) -> tuple[str, int]:
        """Session id and generation. Raises Refused `token_invalid`."""
        match = _REFRESH.fullmatch(token or "")
        if match is not None:
            session_id, generation, mac = match.groups()
            macs = [_mac(one.refresh_secret, f"{session_id}.{generation}") for one in self.keyring.sets]
            if any(hmac.compare_digest(mac, good) for good in macs):
                return session_id, int(generation)
        raise Refused("token_invalid", "This is not a refresh token.")

    def jwks(self, now: datetime) -> list[dict[str, str]]:
        """Oldest first."""
        return [one.jwk() for one in self.keyring.published(now)]

    def _access(self, user: User, session_id: str, now: datetime, version: int) -> str:
        issued_at = now.timestamp()
        claims = {
            "sub": user.user_id,
            "sid": session_id,
            "role": user.role,
            "login": user.login,
            "name": user.name,
            "ver": version,
            "iss": self._issuer,
            "iat": issued_at,
            "exp": issued_at + self._access_token_s,
        }
        signing = self.keyring.signing(now)
        assert signing.private is not None
        return jwt.encode(claims, signing.private, algorithm="EdDSA", headers={"kid": signing.kid})

    def _refresh(self, session_id: str, generation: int, since: datetime) -> str:
        body = f"{session_id}.{generation}"
        return f"{body}.{_mac(self.keyring.signing(since).refresh_secret, body)}"


def _mac(secret: bytes, body: str) -> str:
    return base64url(hmac.digest(secret, body.encode(), "sha256"))
