"""A live feed that hears what a test tells it."""

import pytest

from services.gateway.rooms.feed import Feed
from services.gateway.rooms.memory import Memory
from services.gateway.rooms.unread import UnreadTeller


@pytest.fixture
async def feed() -> Feed:
    return Feed("e", Memory(0, 100, 1e9), UnreadTeller())
