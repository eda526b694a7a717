"""One cluster of two of everything for all chaos; after each test the record is judged, and all must be whole again."""

import random
from collections.abc import AsyncIterator, Iterator

import pytest

from deploy.local.errors import CannotStart
from deploy.local.ports import FREE_RANGE, Ports
from tests.chaos.circle import Circle, gather
from tests.chaos.harm import until_whole
from tests.stories.conftest import Enter, Running, enter, history

__all__ = ["chance", "circle", "cluster", "enter", "history", "whole_again"]

SEED = 20_260
"""Of all choices, so that a run that failed can be had again."""


@pytest.fixture(scope="package")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("chaos"), GATEWAYS="2", REPLICAS="2", **_own_ports())
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


def _own_ports() -> dict[str, str]:
    """Two neighbours for the gateways. NATS keeps away from its usual port, which others might take while it is dead."""
    for first in random.sample(FREE_RANGE, k=100):
        ports = Ports()
        try:
            ports.exactly(first, "PORT")
            ports.exactly(first + 1, "PORT")
        except CannotStart:
            continue
        return {"PORT": str(first), "NATS_PORT": str(ports.free())}
    raise CannotStart("No two free ports are neighbours.")
