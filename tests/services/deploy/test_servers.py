"""Real servers, one by one: each comes back with its data, at another port too."""

from pathlib import Path
from typing import Any

import nats as nats_client
import pytest
from pymongo import AsyncMongoClient
from redis.asyncio import Redis

from deploy.local.ports import Ports
from deploy.local.servers import Server, mongo, mongo_member, nats, redis, running
from tests.kit.waiting import eventually

pytestmark = pytest.mark.asyncio


async def test_nats_keeps_its_streams_at_another_port(tmp_path: Path) -> None:
    for round_number in (1, 2):
        server = nats(tmp_path, users={"local": Everything()})
        async with running(server):
            client = await nats_client.connect(server.url, user="local", password=server.passwords["local"])
            stream = client.jetstream()
            if round_number == 1:
                await stream.add_stream(name="KEPT", subjects=["kept"])
            assert (await stream.publish("kept", b"")).seq == round_number
            await client.close()


async def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    """NATS's configuration had every letter outside ASCII as \\u…, which NATS does not read."""
    folder = tmp_path / 'Zoë\'s "Büro" 東京 {1}, $2'
    servers = (nats(folder), mongo(folder), redis(folder))
    async with running(*servers):
        assert (folder / "nats" / "jetstream").is_dir()


async def test_a_user_of_nats_has_its_subjects_only(tmp_path: Path) -> None:
    refused: list[str] = []

    async def note(error: Exception) -> None:
        refused.append(str(error))

    server = nats(tmp_path, users={"auth": Nothing()})
    async with running(server):
        password = server.passwords["auth"]
        client = await nats_client.connect(server.url, user="auth", password=password, error_cb=note)
        await client.publish("parley.event.messenger.message.sent", b"")
        await eventually(lambda: refused)
        await client.close()
    assert "permissions violation" in refused[0].lower()


async def test_mongo_is_writable_at_another_port_and_after_a_kill(tmp_path: Path) -> None:
    first = mongo(tmp_path)
    async with running(first):
        await insert(first)
        first.kill()
        await first.until_ended()
        await first.start()
        assert await insert(first) == 2
    second = mongo(tmp_path)
    assert second.port != first.port
    async with running(second):
        assert await insert(second) == 3


async def test_three_members_elect_another_primary_and_are_found_at_other_ports(tmp_path: Path) -> None:
    ports = Ports()
    for round_number in (1, 2):
        members = [ports.free() for _ in range(3)]
        three = [mongo_member(tmp_path, number, port, members) for number, port in enumerate(members)]
        async with running(*three):
            if round_number == 1:
                assert await insert(three[0]) == 1
                primary = {one.port: one for one in three}[await primary_of(three[0])]
                primary.kill()
                await primary.until_ended()
                assert await insert(three[0]) == 2
                await primary.start()
            else:
                assert await insert(three[0]) == 3


async def test_redis_answers_after_a_restart(tmp_path: Path) -> None:
    server = redis(tmp_path)
    async with running(server):
        await server.stop()
        await server.start()
        client = Redis.from_url(server.url)
        assert await client.dbsize() == 0
        await client.aclose()


async def insert(server: Server) -> int:
    """How many there are afterwards."""
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(server.url, timeoutMS=30_000, w="majority")
    kept = client["parley"].get_collection("kept")
    await kept.insert_one({})
    count = await kept.count_documents({})
    await client.close()
    return count


async def primary_of(server: Server) -> int:
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(server.url, timeoutMS=30_000)
    address = (await client.admin.command("hello"))["primary"]
    await client.close()
    return int(address.rpartition(":")[2])


class Everything:
    publish: tuple[str, ...] = (">",)
    subscribe: tuple[str, ...] = (">",)


class Nothing:
    publish: tuple[str, ...] = ("nothing",)
    subscribe: tuple[str, ...] = ("nothing",)
