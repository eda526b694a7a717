"""Tokens: access tokens are EdDSA JWTs that anyone can check; refresh tokens carry a MAC that only auth can."""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from contracts.auth import Tokens
from contracts.refusals import Refused
from contracts.things import User

_REFRESH = re.compile(r"([A-Za-z0-9_-]{1,64})\.([0-9]{1,12})\.([A-Za-z0-9_-]{43})")


@dataclass(frozen=True)
class Keyring:
    """What tokens are made with. Never leaves auth."""

    signing_key: Ed25519PrivateKey
    refresh_secret: bytes

    @property
    def kid(self) -> str:
        return _base64(hashlib.sha256(self._public()).digest())[:16]

    def jwk(self) -> dict[str, str]:
        """The public key, RFC 8037."""
        return {
            "kty": "OKP",
            "crv": "Ed25519",
            "x": _base64(self._public()),
            "kid": self.kid,
            "use": "sig",
            "alg": "EdDSA",
        }

    def _public(self) -> bytes:
        return self.signing_key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


class Keys(Protocol):
    """Where keys are remembered."""

    async def load(self) -> Keyring:
        """The same for all replicas: made by whoever comes first."""
        ...


class Mint:
    """Makes tokens, and reads refresh tokens."""

    def __init__(self, keyring: Keyring, issuer: str, access_token_s: int) -> None:
        self._keyring = keyring
        self._kid = keyring.kid
        self._issuer = issuer
        self._access_token_s = access_token_s

    def tokens(self, user: User, session_id: str, generation: int, now: datetime) -> Tokens:
        return Tokens(
            access_token=self._access(user, session_id, now),
            expires_in=self._access_token_s,
            user=user,
            notices=[],
            refresh_token=self._refresh(session_id, generation),
        )

    def read_refresh(self, token: str | None) -> tuple[str, int]:
        """Session id and generation. Raises Refused `token_invalid`."""
        match = _REFRESH.fullmatch(token or "")
        if match is not None:
            session_id, generation, mac = match.groups()
            if hmac.compare_digest(mac, self._mac(f"{session_id}.{generation}")):
                return session_id, int(generation)
        raise Refused("token_invalid", "This is not a refresh token.")

    def jwks(self) -> list[dict[str, str]]:
        return [self._keyring.jwk()]

    def _access(self, user: User, session_id: str, now: datetime) -> str:
        issued_at = now.timestamp()
        claims = {
            "sub": user.user_id,
            "sid": session_id,
            "role": user.role,
            "login": user.login,
            "name": user.name,
            "iss": self._issuer,
            "iat": issued_at,
            "exp": issued_at + self._access_token_s,
        }
        return jwt.encode(claims, self._keyring.signing_key, algorithm="EdDSA", headers={"kid": self._kid})

    def _refresh(self, session_id: str, generation: int) -> str:
        body = f"{session_id}.{generation}"
        return f"{body}.{self._mac(body)}"

    def _mac(self, body: str) -> str:
        return _base64(hmac.digest(self._keyring.refresh_secret, body.encode(), "sha256"))


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
