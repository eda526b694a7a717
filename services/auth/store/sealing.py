"""Secrets at rest: sealed with AES-256-GCM under a key that the database never sees, where there is one."""

import base64
import re
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chassis.lifetime import CannotStart

NONCE_BYTES = 12
KEY_BYTES = 32


class NotOpened(CannotStart):
    """Sealed with a key that is not among ours, or changed since."""


class Seal:
    """`keys`: 32 bytes in base64 each, with blanks or commas between. The first seals, each opens; empty: nothing is sealed.
    What is sealed can only be opened under the same `name`."""

    def __init__(self, keys: str) -> None:
        """Raises ValueError."""
        self._keys = [AESGCM(_key(text)) for text in re.split(r"[\s,]+", keys.strip()) if text]

    def __bool__(self) -> bool:
        return bool(self._keys)

    def close(self, name: str, secret: bytes) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._keys[0].encrypt(nonce, secret, name.encode())

    def open(self, name: str, sealed: bytes) -> tuple[bytes, bool]:
        """The secret, and whether the first key opened it. Raises NotOpened."""
        for number, key in enumerate(self._keys):
            try:
                return key.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], name.encode()), number == 0
            except InvalidTag:
                continue
        if not self._keys:
            raise NotOpened("PARLEY_KEY_ENCRYPTION_KEY is missing: the keys in MongoDB are sealed.")
        raise NotOpened("PARLEY_KEY_ENCRYPTION_KEY does not open the keys in MongoDB.")


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError("each is 32 bytes in base64")  # what was given is a secret
    return key
