"""One cluster of two of everything for all chaos; after each test the record is judged, and all must be whole again."""

import random
from collections.abc import AsyncIterator, Iterator

import pytest

from deploy.local.ports import Ports
from tests.chaos.circle import Circle, gather
from tests.chaos.harm import until_whole
from tests.stories.conftest import Enter, Running, enter, history

__all__ = ["chance", "circle", "cluster", "enter", "history", "whole_again"]

SEED = 20_260
"""Of all choices, so that a run that failed can be had again."""


@pytest.fixture(scope="package")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    options = {
        "GATEWAYS": "2",
        "REPLICAS": "2",
        "NATS_PORT": str(Ports().free()),  # not its usual one, which others might take while it is dead
        "PARLEY_BCRYPT_COST": "11",  # as in production: a log-in takes its time, also of what is killed
    }
    running = Running(tmp_path_factory.mktemp("chaos"), **options)
    yield running
    running.stop()


@pytest.fixture(autouse=True)
async def whole_again(cluster: Running) -> AsyncIterator[None]:
    yield
    await until_whole(cluster)


@pytest.fixture
def chance() -> random.Random:
    return random.Random(SEED)


@pytest.fixture
async def circle(enter: Enter) -> Circle:
    return await gather(enter)
