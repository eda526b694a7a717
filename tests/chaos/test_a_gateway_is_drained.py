"""A gateway is told to go: it says so to its people, who move to the other without a message lost or seeming away."""

import signal
import time

from tests.chaos.circle import Circle
from tests.chaos.harm import held_down
from tests.chaos.watching import told_offline
from tests.kit.history import Connected, History
from tests.kit.person import Person
from tests.stories.conftest import Running

MOVED_WITHIN_S = 10.0


async def test_its_people_are_warned_and_move(cluster: Running, circle: Circle, history: History) -> None:
    moving = (circle.marco, circle.sofia)
    async with circle.talking():
        told_at = time.monotonic()
        with held_down(cluster, "gateway-1", by=signal.SIGTERM):
            for one in moving:
                await one.eventually(lambda one=one: one.returned == 2 and one.is_live, MOVED_WITHIN_S)  # type: ignore[misc]
            await circle.until_said(50, 10.0)
    for one in moving:
        assert [warning["code"] for warning in one.pushes("connection.warning")] == ["draining"]
        assert _gateways(history, one) == cluster.urls
    assert _gateways(history, circle.elena) == cluster.urls[1:]
    assert told_offline(history, circle.people, told_at) == []


def _gateways(history: History, one: Person) -> list[str]:
    """In the order of connecting to them."""
    return [
        record.gateway for record in history.records if isinstance(record, Connected) and record.client == one.client
    ]
