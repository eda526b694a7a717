"""Who a credential speaks for: an EdDSA token of auth's, verified with its published keys."""

import json
from typing import Any

import jwt
import msgspec
from jwt.algorithms import OKPAlgorithm

from chassis import log
from chassis.clock import monotonic
from contracts.refusals import Refused
from contracts.table import Ask
from contracts.things import User

SAY = "Send the header 'Authorization: Bearer <access_token>' with the token that POST /api/v1/auth/login gave."

WRITE = "write"
"""The scope that changes things."""
ROUNDED_S = 1.0
WARNED_EVERY_S = 60.0


class Identity(msgspec.Struct, frozen=True):
    """`expires_at` in seconds since 1970. `version` of the person when the token was made. `scope`: of a service account's
    token, whose `session_id` is its own."""

    user: User
    session_id: str
    issued_at: float
    expires_at: float
    version: int = 0
    scope: str | None = None

    @property
    def is_service(self) -> bool:
        return self.scope is not None

    def check_service(self, ask: Ask) -> None:
        """What a service account may: some asks are of people alone, and a token for reading changes nothing. Raises Refused."""
        if not self.is_service:
            return
        if not ask.services:
            raise Refused("forbidden", "Service accounts may not do this.")
        if self.scope != WRITE and not ask.reads:
            raise Refused("forbidden", "This token is for reading alone.")


class UnknownKey(Exception):
    """Signed with a key we have not seen: it may be a new one."""


class Keys:
    """Auth's public keys by id. A token good for longer than `access_token_s` is refused: for as long ended sessions and
    changed people are remembered here, and it would outlive them."""

    def __init__(self, issuer: str, access_token_s: int) -> None:
        self._issuer = issuer
        self.access_token_s = access_token_s
        self._warned_at = -WARNED_EVERY_S
        self._keys: dict[str, Any] = {}
        self.published: list[dict[str, str]] = []

    def replace(self, keys: list[dict[str, str]]) -> None:
        self._keys = {key["kid"]: OKPAlgorithm.from_jwk(json.dumps(key)) for key in keys}
        self.published = keys

    def verify(self, token: object) -> Identity:
        """Raises Refused (`token_invalid`, `token_expired`) or UnknownKey."""
        if not isinstance(token, str) or not token or len(token) > 4096:
            raise Refused("token_invalid", "This is not an access token. Log in for a fresh one.")
        try:
            kid = jwt.get_unverified_header(token).get("kid")
            if kid not in self._keys:
                raise UnknownKey
            claims = jwt.decode(
                token,
                self._keys[kid],
                algorithms=["EdDSA"],
                issuer=self._issuer,
                options={"require": ["exp", "iat", "sub", "sid", "role"], "verify_iat": False},
            )
        except jwt.ExpiredSignatureError:
            raise Refused("token_expired", "This access token has expired. Refresh it.") from None
        except (jwt.PyJWTError, ValueError, RecursionError):
            raise Refused("token_invalid", "This is not an access token. Log in for a fresh one.") from None
        if claims["exp"] - claims["iat"] > self.access_token_s + ROUNDED_S:
            self._warn(claims["exp"] - claims["iat"])
            raise Refused(
                "token_invalid", "This token is good for longer than tokens are here. Log in for a fresh one."
            )
        user = User(
            user_id=claims["sub"],
            login=claims.get("login", ""),
            name=claims.get("name", ""),
            role=claims["role"],
        )
        version = int(claims.get("ver", 0))
        return Identity(user, claims["sid"], float(claims["iat"]), float(claims["exp"]), version)

    def _warn(self, good_s: float) -> None:
        if monotonic() >= self._warned_at + WARNED_EVERY_S:
            self._warned_at = monotonic()
            log.get().warning(
                "token.too_long",
                why="PARLEY_ACCESS_TOKEN_S of auth has to be that of the gateways",
                good_s=good_s,
                access_token_s=self.access_token_s,
            )


def bearer(header: str | None) -> str:
    """The token of an Authorization header. Raises `unknown_authorization_format`."""
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip() or " " in token.strip():
        raise Refused("unknown_authorization_format", SAY)
    return token.strip()
