"""Replicas sign with the same key, whoever was first."""

import asyncio
import secrets
from contextlib import AsyncExitStack

import jwt
import msgspec
import pytest

from chassis.bus import Asker
from contracts.auth import Keys, Tokens
from services.auth.store.keys import MongoKeys
from tests.services.auth.conftest import House, auth

pytestmark = pytest.mark.asyncio


async def test_all_who_make_keys_at_once_in_an_empty_database_end_with_the_same(house: House) -> None:
    for _ in range(10):
        database = house.database.client[f"t_{secrets.token_hex(4)}"]
        rings = await asyncio.gather(*(MongoKeys(database).load() for _ in range(8)))
        assert len({ring.kid for ring in rings}) == len({ring.refresh_secret for ring in rings}) == 1
        assert await database["keys"].count_documents({}) == 2
        await database.drop_collection("keys")


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
        given: list[Tokens] = await asyncio.gather(*(house.log_in("ada") for _ in range(12)))
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
