"""Replicas sign with the same keys, whoever was first; earlier keys go on; sealed ones are for those who have the key."""

import asyncio
import base64
import secrets
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any

import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from chassis.bus import Asker
from chassis.settings import SettingsError, read
from contracts.auth import Keys, Tokens
from services.auth.settings import AuthSettings
from services.auth.store.keys import MongoKeys
from services.auth.store.sealing import NotOpened, Seal
from tests.services.auth.conftest import House, auth

pytestmark = pytest.mark.asyncio
NOW = datetime(2026, 1, 5, tzinfo=UTC)
OPEN = Seal("")


def sealing_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


async def test_all_who_make_keys_at_once_in_an_empty_database_end_with_the_same(house: House) -> None:
    for _ in range(10):
        database = house.database.client[f"t_{secrets.token_hex(4)}"]
        rings = await asyncio.gather(*(MongoKeys(database, OPEN).load(NOW) for _ in range(8)))
        assert {len(ring) for ring in rings} == {1}
        assert len({ring[0].kid for ring in rings}) == len({ring[0].refresh_secret for ring in rings}) == 1
        assert await database["keys"].count_documents({}) == 1
        await database.drop_collection("keys")


async def test_keys_of_an_earlier_version_go_on_and_nobody_is_logged_out(house: House) -> None:
    """There was one of each, for ever, in documents of another form."""
    await house.create("ada")
    key, secret = Ed25519PrivateKey.generate(), secrets.token_bytes(32)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    earlier = [{"_id": "signing", "private_pem": pem}, {"_id": "refresh", "secret": secret}]
    await house.parts.aclose()
    await house.database["keys"].drop()
    await house.database["keys"].insert_many(earlier)
    rings = await asyncio.gather(*(MongoKeys(house.database, OPEN).load(NOW) for _ in range(4)))
    assert {ring[0].public for ring in rings} == {key.public_key().public_bytes_raw()}
    assert {ring[0].refresh_secret for ring in rings} == {secret}
    await house.restart()
    published: Keys = await house.ask("keys.get")
    assert [one["kid"] for one in published.keys] == [rings[0][0].kid]
    tokens = await house.log_in("ada")
    jwt.decode(tokens.access_token, key.public_key(), algorithms=["EdDSA"], issuer="parley")
    assert await house.database["keys"].count_documents({"_id": {"$in": ["signing", "refresh"]}}) == 2


async def test_with_a_key_to_seal_with_no_secret_is_in_the_database(house: House) -> None:
    """Those that were there before are sealed, too, in whatever form they were."""
    keys, sealing = house.database["keys"], Seal(sealing_key())
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    await keys.insert_one({"_id": "signing", "private_pem": pem})
    (before,) = await MongoKeys(house.database, OPEN).load(NOW)
    (after,) = await MongoKeys(house.database, sealing).load(NOW)
    assert before.private is not None and after.private is not None
    assert before.private.private_bytes_raw() == after.private.private_bytes_raw()
    assert before.refresh_secret == after.refresh_secret
    stored = [document async for document in keys.find()]
    assert [document["_id"] for document in stored] == ["set.1"]
    for secret in (before.refresh_secret, before.private.private_bytes_raw()):
        assert not any(secret in value for value in stored[0].values() if isinstance(value, bytes))


async def test_sealed_keys_are_for_those_who_have_the_key(house: House) -> None:
    first, second = sealing_key(), sealing_key()
    (made,) = await MongoKeys(house.database, Seal(first)).load(NOW)
    for other in ("", second):
        with pytest.raises(NotOpened):
            await MongoKeys(house.database, Seal(other)).load(NOW)
    (read_again,) = await MongoKeys(house.database, Seal(f"{second}, {first}")).load(NOW)
    assert read_again.refresh_secret == made.refresh_secret
    (sealed_again,) = await MongoKeys(house.database, Seal(second)).load(NOW)
    assert sealed_again.refresh_secret == made.refresh_secret
    with pytest.raises(NotOpened):
        await MongoKeys(house.database, Seal(first)).load(NOW)
    stored = await house.database["keys"].find_one()
    swapped = {"private": stored["refresh_secret"], "refresh_secret": stored["private"]}
    await house.database["keys"].update_one({}, {"$set": swapped})
    with pytest.raises(NotOpened):
        await MongoKeys(house.database, Seal(second)).load(NOW)


@pytest.mark.parametrize("bad", ["x", "A" * 44, base64.b64encode(bytes(16)).decode(), "é"])
async def test_a_key_to_seal_with_that_is_none_is_refused_and_not_repeated(bad: str) -> None:
    needed = ("INSTANCE", "NATS_URL", "NATS_USER", "NATS_PASSWORD", "MONGO_URL", "REDIS_URL")
    environ: dict[str, Any] = {f"PARLEY_{name}": "x" for name in needed}
    with pytest.raises(SettingsError) as refused:
        read(AuthSettings, {**environ, "PARLEY_KEY_ENCRYPTION_KEY": bad})
    assert str(refused.value) == "PARLEY_KEY_ENCRYPTION_KEY: each is 32 bytes in base64"
    assert read(AuthSettings, {**environ, "PARLEY_KEY_ENCRYPTION_KEY": sealing_key()}).key_encryption_key


async def test_tokens_of_replicas_that_started_at_once_are_good_at_each(house: House) -> None:
    """All answer in one queue group: what one gave is soon shown to another."""
    await house.parts.aclose()
    await house.database["keys"].drop()
    async with AsyncExitStack() as parts:
        replicas = [msgspec.structs.replace(house.settings, instance=f"auth-{number}") for number in range(1, 4)]
        together = [auth(settings, house.clock) for settings in replicas]
        await asyncio.gather(*(part.__aenter__() for part in together))
        for part in together:
            parts.push_async_exit(part)
        await house.create("ada")
        given: list[Tokens] = await asyncio.gather(*(house.log_in("ada") for _ in range(8)))
        published: list[Keys] = await asyncio.gather(*(house.ask("keys.get") for _ in range(12)))
        assert all(keys == published[0] for keys in published)
        (key,) = published[0].keys
        for tokens in given:
            assert jwt.get_unverified_header(tokens.access_token)["kid"] == key["kid"]
            jwt.decode(tokens.access_token, jwt.PyJWK(key), algorithms=["EdDSA"], issuer="parley")
        renewed = await asyncio.gather(
            *(house.ask("auth.refresh", Asker(), refresh_token=tokens.refresh_token) for tokens in given)
        )
        assert len({tokens.refresh_token for tokens in renewed}) == len(given)
