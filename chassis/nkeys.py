"""Keys as NATS writes them (nkeys): a kind, an Ed25519 key and a checksum in base32; and JWTs signed with one."""

import base64
import binascii
import hashlib
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SEED = 18 << 3
ACCOUNT = 0
"""The kinds: what a key begins with, S or A."""
_HEADER = {"typ": "JWT", "alg": "ed25519-nkey"}


class NotASeed(ValueError):
    """Not the seed of an account: SA and 56 more characters."""


class AccountKey:
    """The key of an account, made from its `seed`. Raises NotASeed."""

    def __init__(self, seed: str) -> None:
        raw = _read(seed)
        if len(raw) != 34 or raw[0] & 0xF8 != SEED or ((raw[0] & 7) << 5 | raw[1] >> 3) != ACCOUNT:
            raise NotASeed("not the seed of an account")
        self._private = Ed25519PrivateKey.from_private_bytes(raw[2:])

    @property
    def public(self) -> str:
        return _written(bytes([ACCOUNT]) + self._private.public_key().public_bytes_raw())

    def sign(self, claims: dict[str, Any]) -> str:
        """A JWT of these claims, issued by this account. `jti` is made of them."""
        claims = {**claims, "iss": self.public}
        digest = hashlib.new("sha512_256", _json(claims)).digest()
        said = (
            f"{_part(_json(_HEADER))}.{_part(_json({**claims, 'jti': base64.b32encode(digest).decode().rstrip('=')}))}"
        )
        return f"{said}.{_part(self._private.sign(said.encode()))}"


def new_seed() -> str:
    """Of an account, never given before."""
    return _written(
        bytes([SEED | ACCOUNT >> 5, (ACCOUNT & 31) << 3]) + Ed25519PrivateKey.generate().private_bytes_raw()
    )


def claims_of(jwt: str) -> dict[str, Any]:
    """What it says; who signed it is not looked at. Raises ValueError."""
    _, body, _ = jwt.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    if not isinstance(claims, dict):
        raise ValueError("no claims")
    return claims


def _written(raw: bytes) -> str:
    return base64.b32encode(raw + binascii.crc_hqx(raw, 0).to_bytes(2, "little")).decode().rstrip("=")


def _read(text: str) -> bytes:
    try:
        raw = base64.b32decode(text + "=" * (-len(text) % 8))
    except ValueError:  # letters that are none of base32, too
        return b""
    return raw[:-2] if raw[-2:] == binascii.crc_hqx(raw[:-2], 0).to_bytes(2, "little") else b""


def _json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
