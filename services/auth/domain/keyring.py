"""The keys that tokens are made with, in sets one after the other: each signs until the next one does, and what it has
signed stays good to its end."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


@dataclass(frozen=True)
class KeySet:
    """Set `number` (1, 2, 3, …) signs from `signs_from` on. `public` is its Ed25519 key as anyone may know it; `private`
    absent: thrown away."""

    number: int
    signs_from: datetime
    public: bytes
    private: Ed25519PrivateKey | None = field(repr=False)
    refresh_secret: bytes = field(repr=False)

    @cached_property
    def kid(self) -> str:
        return base64url(hashlib.sha256(self.public).digest())[:16]

    def jwk(self) -> dict[str, str]:
        """The public key, RFC 8037."""
        return {
            "kty": "OKP",
            "crv": "Ed25519",
            "x": base64url(self.public),
            "kid": self.kid,
            "use": "sig",
            "alg": "EdDSA",
        }


@dataclass(frozen=True)
class Lives:
    """How long access and refresh tokens are good. `lead`: so long a key is published before it signs, and so long after its
    successor began a replica that was slow to hear of it may still sign."""

    access: timedelta
    refresh: timedelta
    lead: timedelta


@dataclass(frozen=True)
class Keyring:
    """`sets` in the order of their numbers, never empty."""

    sets: tuple[KeySet, ...]
    lives: Lives

    @property
    def newest(self) -> KeySet:
        return self.sets[-1]

    def signing(self, at: datetime) -> KeySet:
        """The set that makes tokens at that time; it may have lost its private key only where `at` is long ago."""
        return next((one for one in reversed(self.sets) if one.signs_from <= at), self.sets[0])

    def published(self, now: datetime) -> list[KeySet]:
        """Those that sign, will sign, or have signed access tokens that may be good still."""
        return self._not_after(now, self.lives.access + self.lives.lead)

    def is_due(self, now: datetime, key_life: timedelta) -> bool:
        """Whether a new set is to be made; never where `key_life` is zero."""
        return bool(key_life) and now >= self.newest.signs_from + key_life

    def silent(self, now: datetime) -> list[KeySet]:
        """Those whose private key is there and signs no more, anywhere."""
        kept = self._not_after(now, self.lives.lead)
        return [one for one in self.sets if one.private is not None and one not in kept]

    def over(self, now: datetime) -> list[KeySet]:
        """Those that nothing good was made with."""
        kept = self._not_after(now, max(self.lives.access, self.lives.refresh) + self.lives.lead)
        return [one for one in self.sets if one not in kept]

    def _not_after(self, now: datetime, life: timedelta) -> list[KeySet]:
        """Those whose successor has not signed for `life` yet."""
        later = (*(one.signs_from for one in self.sets[1:]), None)
        return [one for one, end in zip(self.sets, later, strict=True) if end is None or now < end + life]


class NumberTaken(Exception):
    """Somebody else made the set of this number."""


class Keys(Protocol):
    """Where key sets are remembered, for all replicas."""

    async def load(self, now: datetime) -> Sequence[KeySet]:
        """In the order of their numbers. The first is made by whoever comes first, and signs from `now` on."""
        ...

    def fresh(self, number: int, signs_from: datetime) -> KeySet:
        """Made of new random keys, and remembered nowhere yet."""
        ...

    async def add(self, transaction: Any, key_set: KeySet) -> None:
        """Raises NumberTaken."""
        ...

    async def forget_private(self, key_set: KeySet) -> None: ...

    async def delete(self, key_set: KeySet) -> None: ...


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
