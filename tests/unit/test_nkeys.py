"""Keys as NATS writes them: what is no seed of an account is none, and what is signed can be checked."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from chassis.nkeys import AccountKey, NotASeed, claims_of, new_seed


def test_what_is_signed_can_be_checked_with_the_public_key() -> None:
    key = AccountKey(new_seed())
    jwt = key.sign({"sub": "somebody", "nats": {"type": "user"}})
    said, _, signature = jwt.rpartition(".")
    raw = base64.b32decode(key.public)
    assert len(key.public) == 56 and key.public.startswith("A")
    Ed25519PublicKey.from_public_bytes(raw[1:33]).verify(base64.urlsafe_b64decode(signature + "=="), said.encode())
    assert claims_of(jwt)["iss"] == key.public and claims_of(jwt)["sub"] == "somebody"


def test_a_seed_begins_as_those_of_accounts_do_and_none_is_given_twice() -> None:
    seeds = {new_seed() for _ in range(50)}
    assert len(seeds) == 50 and all(len(seed) == 58 and seed.startswith("SA") for seed in seeds)


def test_what_is_no_seed_of_an_account_is_refused() -> None:
    good = new_seed()
    for seed in ("", "SA", "x", "SU" + "A" * 56, good[:-1], good.lower(), AccountKey(good).public, "ä" * 58):
        with pytest.raises(NotASeed):
            AccountKey(seed)


@pytest.mark.parametrize("text", ["", "a.b", "a.!.c", "a.e30.c.d", "a." + base64.b64encode(b"[]").decode() + ".c"])
def test_what_is_no_jwt_has_no_claims(text: str) -> None:
    with pytest.raises(ValueError):
        claims_of(text)
