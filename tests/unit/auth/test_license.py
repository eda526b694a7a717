"""The licence: what passes as one, whom it warns and when, and how many it lets in."""

import base64
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from jwt.algorithms import OKPAlgorithm

from contracts.license import TYPE, Claims, NotALicense, glance, private_key, public_key, read, sign
from contracts.refusals import Refused
from services.auth.domain.license import Standing, as_license, check_seats, notices
from services.gateway.domain.identity import Keys

KEY = Ed25519PrivateKey.generate()
END = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
STRANGE: list[Any] = [[], {}, None, 1, "", "EdDSA ", "ES256", "none", TYPE.upper()]


def claims(**changed: Any) -> Claims:
    said: dict[str, Any] = {
        "license_id": "l_1",
        "customer": "Example Ltd",
        "seats": 3,
        "issued_at": END - 365 * DAY,
        "expires_at": END,
        "contact": "sales@example.org",
    }
    return Claims(**{**said, **changed})


def jws(said: object, typ: str | None = TYPE, key: Any = KEY, algorithm: str = "EdDSA") -> str:
    payload = said if isinstance(said, bytes) else json.dumps(said).encode()
    return jwt.PyJWS().encode(payload, key, algorithm=algorithm, headers={"typ": typ})


def pem(key: Any) -> str:
    encoded: bytes = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return encoded.decode()


def test_what_is_signed_is_read() -> None:
    assert read(sign(claims(), KEY) + "\n", KEY.public_key()) == claims()


def test_another_key_is_not_believed() -> None:
    text = sign(claims(), Ed25519PrivateKey.generate())
    with pytest.raises(NotALicense, match="not signed by that key"):
        read(text, KEY.public_key())
    assert glance(text) == claims()


def test_what_was_changed_is_not_believed() -> None:
    head, _, signature = sign(claims(), KEY).split(".")
    more = base64.urlsafe_b64encode(json.dumps({"seats": 9}).encode()).rstrip(b"=").decode()
    with pytest.raises(NotALicense):
        read(f"{head}.{more}.{signature}", KEY.public_key())


def test_what_needs_no_key_is_not_believed() -> None:
    """`alg: none`, and a MAC whose secret is the public key that everyone may know."""
    said = json.loads(
        jwt.PyJWS().decode_complete(sign(claims(), KEY), KEY.public_key(), algorithms=["EdDSA"])["payload"]
    )
    raw = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    for text in (jws(said, key=None, algorithm="none"), jws(said, key=raw, algorithm="HS256")):
        with pytest.raises(NotALicense):
            read(text, KEY.public_key())


def test_an_access_token_is_no_licence_even_of_the_same_key() -> None:
    said = {"license_id": "l_1", "customer": "x", "seats": 1, "contact": "x", "sub": "u_1", "exp": 9e9}
    said |= {"issued_at": "2026-01-01T00:00:00Z", "expires_at": "2027-01-01T00:00:00Z"}
    assert read(jws(said), KEY.public_key()).seats == 1
    for typ in ("JWT", None, "at+jwt"):
        with pytest.raises(NotALicense, match="no licence"):
            read(jws(said, typ), KEY.public_key())


@pytest.mark.parametrize(
    "changed",
    [
        {"license_id": "a.b"},
        {"license_id": ""},
        {"customer": ""},
        {"customer": "Two\nlines"},
        {"contact": "x" * 201},
        {"contact": " x"},
        {"seats": 0},
        {"seats": -1},
        {"expires_at": END - 365 * DAY},
        {"expires_at": datetime(2027, 1, 1)},
        {"expires_at": datetime.max.replace(tzinfo=timezone(timedelta(hours=-5)))},
        {"issued_at": datetime.min.replace(tzinfo=timezone(timedelta(hours=5)))},
    ],
)
def test_what_makes_no_sense_is_neither_made_nor_read(changed: dict[str, Any]) -> None:
    with pytest.raises(NotALicense):
        sign(claims(**changed), KEY)


@pytest.mark.parametrize("said", [b"", b"[]", b"{}", b"\xff", b"[" * 5000, b'{"seats": "3"}'])
def test_a_signed_something_is_no_licence(said: bytes) -> None:
    with pytest.raises(NotALicense, match="lacks"):
        read(jws(said), KEY.public_key())


@given(st.text(max_size=200))
def test_any_other_text_is_no_licence(text: str) -> None:
    with pytest.raises(NotALicense):
        read(text, KEY.public_key())
    with pytest.raises(NotALicense):
        glance(text)


@pytest.mark.parametrize(
    "header",
    [
        *({"typ": TYPE, "alg": alg} for alg in STRANGE),
        *({"alg": "EdDSA", "typ": typ} for typ in STRANGE),
        {"alg": "EdDSA", "typ": TYPE, "b64": False, "crit": ["b64"]},
        {"alg": "EdDSA", "typ": TYPE, "crit": ["exp"]},
        {"alg": "EdDSA", "typ": TYPE, "kid": 1},
        [],
        None,
    ],
    ids=str,
)
def test_a_strange_header_is_of_no_licence(header: object) -> None:
    head, payload = (_base64(json.dumps(each).encode()) for each in (header, json.loads(_said())))
    signature = _base64(KEY.sign(f"{head}.{payload}".encode()))
    with pytest.raises(NotALicense):
        read(f"{head}.{payload}.{signature}", KEY.public_key())


def _said() -> bytes:
    return msgspec.json.encode(claims())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_a_licence_is_no_access_token_even_of_the_same_key() -> None:
    jwk: dict[str, str] = json.loads(OKPAlgorithm.to_jwk(KEY.public_key()))
    keys = Keys("parley", 900)
    keys.replace([{**jwk, "kid": "k1"}])
    text = jwt.PyJWS().encode(_said(), KEY, algorithm="EdDSA", headers={"typ": TYPE, "kid": "k1"})
    assert read(text, KEY.public_key()) == claims()
    with pytest.raises(Refused) as caught:
        keys.verify(text)
    assert caught.value.code == "token_invalid"


def test_a_key_is_pem_or_jwk() -> None:
    assert public_key(pem(KEY)) == KEY.public_key()
    assert public_key(f"\n {OKPAlgorithm.to_jwk(KEY.public_key())}") == KEY.public_key()


@pytest.mark.parametrize(
    "text",
    ["", "x", "{", "{}", '{"kty": "OKP"}', pem(generate_ec(SECP256R1())), OKPAlgorithm.to_jwk(KEY)],
    ids=["empty", "x", "half", "none", "short", "another curve", "private"],
)
def test_what_is_no_public_key_is_said_to_be_none(text: str) -> None:
    with pytest.raises(NotALicense, match="public key"):
        public_key(text)


def test_a_private_key_is_pem() -> None:
    text = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    assert private_key(text).public_key() == KEY.public_key()
    for other in ("", "x", pem(KEY)):
        with pytest.raises(NotALicense, match="private key"):
            private_key(other)


@pytest.mark.parametrize(
    ("left", "code", "days"),
    [
        (31 * DAY, None, 31),
        (30 * DAY + SECOND, None, 31),
        (30 * DAY, "license_expiring", 30),
        (30 * DAY - SECOND, "license_expiring", 30),
        (29 * DAY, "license_expiring", 29),
        (DAY, "license_expiring", 1),
        (SECOND, "license_expiring", 1),
        (0 * DAY, "license_expired", -1),
        (-SECOND, "license_expired", -1),
        (-DAY, "license_expired", -2),
    ],
)
@pytest.mark.parametrize("role", ["agent", "user", "admin"])
def test_everyone_is_told_from_thirty_days_before(left: timedelta, code: str | None, days: int, role: str) -> None:
    told = notices(Standing(claims()), role, END - left)
    assert [notice.code for notice in told] == ([code] if code else [])
    for notice in told:
        assert (notice.days_left, notice.contact) == (days, "sales@example.org")
        assert notice.severity == ("error" if code == "license_expired" else "warning")
        assert "sales@example.org" in notice.message and "2026-12-31" in notice.message
    shown = as_license(claims(), 2, END - left)
    assert shown.state == {None: "valid", "license_expiring": "expiring", "license_expired": "expired"}[code]
    assert (shown.days_left, shown.seats_taken) == (days, 2)


def test_times_of_any_zone_are_the_same_moment() -> None:
    east = END.astimezone(timezone(timedelta(hours=9)))
    assert as_license(claims(expires_at=east), 0, END).expires_at == "2026-12-31T23:59:59.000Z"
    (notice,) = notices(Standing(claims(expires_at=east)), "agent", END - DAY)
    assert "2026-12-31" in notice.message


def test_an_invalid_file_is_told_to_those_who_can_mend_it() -> None:
    standing = Standing(fault="It is no signed file.")
    assert [notice.code for notice in notices(standing, "admin", END)] == ["license_invalid"]
    assert notices(standing, "user", END) == notices(standing, "agent", END) == []


def test_without_a_licence_there_is_no_notice_and_no_limit() -> None:
    assert notices(Standing(), "admin", END) == []
    check_seats(Standing(), 10**9, 10**9)


@pytest.mark.parametrize(("taken", "count", "is_free"), [(0, 3, True), (2, 1, True), (3, 1, False), (0, 4, False)])
def test_there_are_as_many_people_as_seats(taken: int, count: int, is_free: bool) -> None:
    if is_free:
        check_seats(Standing(claims()), taken, count)
        return
    with pytest.raises(Refused) as caught:
        check_seats(Standing(claims()), taken, count)
    assert caught.value.code == "seats_exhausted"
    assert "sales@example.org" in caught.value.refusal.message


def test_an_invalid_file_lets_nobody_new_in() -> None:
    with pytest.raises(Refused) as caught:
        check_seats(Standing(fault="It is no signed file."), 0, 1)
    assert caught.value.code == "seats_exhausted"
