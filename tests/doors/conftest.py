"""Servers for all tests at the doors, and one house for each test."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from deploy.local import servers as real
from tests.doors.house import House, Servers, house


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def servers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Servers]:
    folder = tmp_path_factory.mktemp("servers")
    made = Servers(real.nats(folder), real.mongo(folder), real.redis(folder))
    async with real.running(made.nats, made.mongo, made.redis):
        yield made


@pytest_asyncio.fixture
async def parley(servers: Servers) -> AsyncIterator[House]:
    async with house(servers) as made:
        yield made
