"""Houses with two replicas of presence."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.services.presence.house import LEASE_S, House, open_house

AWAY_S = 1.5


@pytest.fixture
async def house(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """Its parameter is how long a lease lasts, where that is not LEASE_S."""
    async with open_house(tmp_path, getattr(request, "param", LEASE_S)) as house:
        yield house


@pytest.fixture
async def brisk(tmp_path: Path) -> AsyncIterator[House]:
    """Where people are away soon."""
    async with open_house(tmp_path, away_s=AWAY_S) as house:
        yield house
