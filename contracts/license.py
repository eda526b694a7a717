"""The licence file: a compact JWS (RFC 7515, EdDSA) made by whoever sells Parley. Its `typ` is its own, and it has none of
the claims of an access token: neither passes as the other, whatever key signed it."""

from datetime import UTC, datetime, timedelta

import jwt
import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from jwt.algorithms import OKPAlgorithm
from jwt.types import SigOptions

from contracts.limits import is_id

TYPE = "parley-license"
FILE_BYTES_MAX = 16 * 1024
CUSTOMER_CHARS_MAX = 200
CONTACT_CHARS_MAX = 200
SEATS_MAX = 10_000_000
_DAY = timedelta(days=1)


class NotALicense(Exception):
    """Its text says why, in a sentence fit for a log: nothing of what was read is in it."""


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """What the signature stands for. `contact`: whom to write to about the licence. Times have a zone."""

    license_id: str
    customer: str
    seats: int
    issued_at: datetime
    expires_at: datetime
    contact: str


def sign(claims: Claims, key: Ed25519PrivateKey) -> str:
    """The content of the file. Raises NotALicense for claims that nobody could read back."""
    _check(claims)
    return jwt.PyJWS().encode(msgspec.json.encode(claims), key, algorithm="EdDSA", headers={"typ": TYPE})


def read(text: str, key: Ed25519PublicKey) -> Claims:
    """What a file says that this key signed. Raises NotALicense."""
    return _read(text, key)


def glance(text: str) -> Claims:
    """What a file says, whoever signed it: to be shown, never to be believed. Raises NotALicense."""
    return _read(text, None)


def days_left(claims: Claims, now: datetime) -> int:
    """Begun days: 1 on the last one. From the end on, those since, below zero: -1 on the first one."""
    left = claims.expires_at - now
    return -(-left // _DAY) if now < claims.expires_at else -1 - (-left // _DAY)


def public_key(text: str) -> Ed25519PublicKey:
    """From PEM or JWK (RFC 8037). Raises NotALicense; a private key is none."""
    try:
        key = OKPAlgorithm.from_jwk(text) if text.lstrip().startswith("{") else load_pem_public_key(text.encode())
    except (jwt.PyJWTError, ValueError, TypeError, UnsupportedAlgorithm, RecursionError):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise NotALicense("Not an Ed25519 public key, neither PEM nor JWK.")
    return key


def private_key(text: str) -> Ed25519PrivateKey:
    """From PEM without a passphrase. Raises NotALicense."""
    try:
        key = load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise NotALicense("Not an Ed25519 private key in PEM without a passphrase.")
    return key


def _read(text: str, key: Ed25519PublicKey | None) -> Claims:
    try:
        options: SigOptions = {"verify_signature": key is not None}
        found = jwt.PyJWS().decode_complete(text.strip(), key or "", algorithms=["EdDSA"], options=options)
    except jwt.InvalidSignatureError:
        raise NotALicense("It is not signed by that key.") from None
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise NotALicense("It is no signed file.") from None
    if found["header"].get("typ") != TYPE:
        raise NotALicense("It is signed, but it is no licence.")
    try:
        claims = msgspec.json.decode(found["payload"], type=Claims)
    except (ValueError, RecursionError):
        raise NotALicense("It lacks what a licence says.") from None
    _check(claims)
    return claims


def _check(claims: Claims) -> None:
    if not is_id(claims.license_id):
        raise NotALicense("Its license_id is not 1 to 64 of A-Z a-z 0-9 _ -.")
    for name, chars_max in (("customer", CUSTOMER_CHARS_MAX), ("contact", CONTACT_CHARS_MAX)):
        text = getattr(claims, name)
        if not (0 < len(text) <= chars_max and text.isprintable() and text.strip() == text):
            raise NotALicense(f"Its {name} is not 1 to {chars_max} printable characters.")
    if not 1 <= claims.seats <= SEATS_MAX:
        raise NotALicense(f"Its seats are not 1 to {SEATS_MAX}.")
    if claims.issued_at.tzinfo is None or claims.expires_at.tzinfo is None:
        raise NotALicense("Its times have no zone.")
    try:
        claims.issued_at.astimezone(UTC), claims.expires_at.astimezone(UTC)
    except OverflowError:
        raise NotALicense("Its times are out of all bounds.") from None
    if claims.expires_at <= claims.issued_at:
        raise NotALicense("It ends before it begins.")
