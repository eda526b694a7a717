"""The process: it waits for what it needs, says what is away, and leaves with 0."""

import asyncio
import contextlib
import os
import signal
import sys
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
from tests.services.auth.conftest import PASSWORD, creation, until

pytestmark = pytest.mark.asyncio


async def test_auth_outlives_its_store_and_ends_when_told(tmp_path: Path) -> None:
    nats_server, mongo_server, redis_server = nats(tmp_path), mongo(tmp_path), redis(tmp_path)
    port = Ports().free()
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
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "services.auth"), env=environment, stdout=asyncio.subprocess.PIPE
        )
        left.callback(lambda: process.kill() if process.returncode is None else None)

        async def says(word: str) -> bool:
            try:
                async with client.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    return bool((await answer.json())["status"] == word)
            except aiohttp.ClientError:
                return False

        await until(lambda: says("starting"))
        async with running(mongo_server):
            await until(lambda: says("ready"), 20)
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
            await until(lambda: says("ready"), 20)
            await gateway.ask(ASKS["auth.login"], Login(login="ada", password=PASSWORD))
            process.send_signal(signal.SIGTERM)
            output, _ = await asyncio.wait_for(process.communicate(), 10)
            assert process.returncode == 0, output.decode()
            assert PASSWORD.encode() not in output
            await local.drain()
            await gateway.drain()
