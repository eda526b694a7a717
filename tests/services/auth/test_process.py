"""The process: it waits for what it needs, says what is away, and leaves with 0."""

import asyncio
import base64
import contextlib
import os
import secrets
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from chassis.bus import PARLEY, Bus
from chassis.settings import Settings
from contracts.auth import CreateUser, Login
from contracts.everything import ASKS
from contracts.refusals import Refused
from deploy.local.ports import Ports
from deploy.local.servers import mongo, nats, redis, running
from services.auth.store.keys import MongoKeys
from services.auth.store.sealing import Seal
from tests.services.auth.conftest import PASSWORD, House, creation, until

pytestmark = pytest.mark.asyncio


async def test_auth_outlives_its_store_and_ends_when_told(tmp_path: Path) -> None:
    nats_server, mongo_server, redis_server = nats(tmp_path), mongo(tmp_path), redis(tmp_path)
    port, said = Ports().free(), tmp_path / "auth.log"
    environment = {
        **os.environ,
        "PARLEY_INSTANCE": "auth-1",
        "PARLEY_NATS_URL": nats_server.url,
        "PARLEY_NATS_USER": "auth",
        "PARLEY_NATS_PASSWORD": nats_server.passwords["auth"],
        "PARLEY_MONGO_URL": mongo_server.url,
        "PARLEY_REDIS_URL": redis_server.url,
        "PARLEY_OPS_PORT": str(port),
        "PARLEY_BCRYPT_COST": "4",
    }
    async with (
        running(nats_server, redis_server),
        aiohttp.ClientSession() as client,
        contextlib.AsyncExitStack() as left,
    ):
        with said.open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "services.auth"), env=environment, stdout=log
            )
        left.callback(lambda: print(said.read_text()))
        left.callback(lambda: process.kill() if process.returncode is None else None)

        async def says(word: str) -> bool:
            try:
                async with client.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    return bool((await answer.json())["status"] == word)
            except aiohttp.ClientError:
                return False

        await until(lambda: says("starting"))
        async with running(mongo_server):
            await until(lambda: says("ready"), 60)
            settings = Settings(
                instance="t",
                nats_url=nats_server.url,
                nats_user="local",
                nats_password=nats_server.passwords["local"],
            )
            local = await Bus.connect(settings, "local")
            await local.ask(ASKS["user.create"], CreateUser(**creation(role="admin")), PARLEY)
            settings = Settings(
                instance="t",
                nats_url=nats_server.url,
                nats_user="gateway",
                nats_password=nats_server.passwords["gateway"],
            )
            gateway = await Bus.connect(settings, "gateway")
            await mongo_server.stop()
            with pytest.raises(Refused) as caught:
                await gateway.ask(ASKS["auth.login"], Login(login="ada", password=PASSWORD))
            assert caught.value.code == "unavailable"
            await until(lambda: says("degraded"))
            await mongo_server.start()
            await until(lambda: says("ready"), 60)
            await gateway.ask(ASKS["auth.login"], Login(login="ada", password=PASSWORD))
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), 30) == 0
            assert PASSWORD not in said.read_text()
            await local.drain()
            await gateway.drain()


async def test_with_keys_that_it_cannot_open_it_ends_and_says_which_setting_it_is(house: House) -> None:
    """It tried again for ever, as if they could become others."""
    right, wrong = (base64.b64encode(secrets.token_bytes(32)).decode() for _ in range(2))
    await house.parts.aclose()
    await MongoKeys(house.database, Seal(right)).load(datetime.now(UTC))
    given = {name: str(getattr(house.settings, name)) for name in house.settings.__struct_fields__}
    environment = os.environ | {f"PARLEY_{name.upper()}": value for name, value in given.items()}
    environment["PARLEY_OPS_PORT"] = str(Ports().free())
    for key, why in (
        ("", "PARLEY_KEY_ENCRYPTION_KEY is missing: the keys in MongoDB are sealed."),
        (wrong, "PARLEY_KEY_ENCRYPTION_KEY does not open the keys in MongoDB."),
    ):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "services.auth"),
            env=environment | {"PARLEY_KEY_ENCRYPTION_KEY": key},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            output, _ = await asyncio.wait_for(process.communicate(), 30)
        finally:
            if process.returncode is None:
                process.kill()
        assert (process.returncode, output.decode().splitlines()[-1]) == (2, why)
