"""Redis loses all it held: nobody who is here is announced offline, and after one lease time it is known again who is."""

import time
from collections.abc import Awaitable, Callable

import pytest
import redis.asyncio

from tests.chaos.circle import Circle
from tests.chaos.harm import are_unavailable, held_down, is_missed, plan
from tests.chaos.watching import NEVER, told_offline, until_seen
from tests.kit.history import History
from tests.kit.person import Person
from tests.stories.conftest import Enter, Running

LEASE_S = 12.0
KNOWN_WITHIN_S = LEASE_S + 5.0
"""A lease, and what sweeping and telling take."""


async def emptied(cluster: Running, _: Person) -> None:
    async with redis.asyncio.Redis(port=plan(cluster)["processes"]["redis"]["port"]) as client:
        await client.flushall()


async def killed(cluster: Running, asker: Person) -> None:
    """It keeps nothing on disk. While it is away, who is here is not known."""
    with held_down(cluster, "redis"):
        await are_unavailable(
            asker.session.request("GET", "/presence", patience_s=0),
            asker.ask("presence.list"),
        )
        await is_missed(cluster, "redis", ["auth-1", "presence-1", "presence-2"])


@pytest.mark.parametrize("lose", [emptied, killed])
async def test_who_is_here_stays_here(
    cluster: Running,
    circle: Circle,
    history: History,
    enter: Enter,
    lose: Callable[[Running, Person], Awaitable[None]],
) -> None:
    """Jonas is cut off at that very moment and stays away: of his lease nothing is left that could run out. He was there
    for long enough to be remembered otherwise."""
    jonas = await enter("jonas", first_gateway=1, returns=NEVER)
    await circle.watch(jonas)
    async with circle.talking():
        await circle.until_said(250, 20.0)
        lost_at = time.monotonic()
        jonas.lose_connection()
        await lose(cluster, circle.marco)
        await circle.until_said(50, 10.0)
        await until_seen(circle.people, [jonas], "offline", KNOWN_WITHIN_S)
    await jonas.leave()
    assert told_offline(history, circle.people, lost_at) == []
    assert await _online(circle, jonas) == [one.user_id for one in circle.people]


async def _online(circle: Circle, jonas: Person) -> list[str]:
    """Asked afresh."""
    user_ids = [one.user_id for one in (*circle.people, jonas)]
    answer = await circle.elena.ask_until_answered("presence.list", user_ids=user_ids, within_s=KNOWN_WITHIN_S)
    return [person["user_id"] for person in answer["people"] if person["status"] == "online"]
