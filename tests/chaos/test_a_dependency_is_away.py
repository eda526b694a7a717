"""A dependency that hangs or dies: askers at both doors hear `unavailable` within five seconds, readiness names it, and
all recovers by itself without losing what was acknowledged."""

import pytest

from tests.chaos.circle import Circle
from tests.chaos.harm import are_unavailable, held_down, is_missed, paused
from tests.stories.conftest import Enter, Running

RECOVERED_S = 30.0


@pytest.mark.parametrize(
    ("server", "method", "path", "part"),
    [
        ("mongo", "GET", "/conversations", "messenger-1"),
        ("redis", "GET", "/presence", "presence-1"),
        ("nats", "GET", "/me", "gateway-1"),
    ],
)
async def test_it_hangs_and_comes_back(
    cluster: Running, enter: Enter, server: str, method: str, path: str, part: str
) -> None:
    marco, elena = await enter("marco"), await enter("elena")
    with paused(cluster.pid(server)):
        await are_unavailable(marco.session.request(method, path, patience_s=0))
        await is_missed(cluster, server, [part])
    sent = await marco.send(to={"user_id": elena.user_id}, text=f"after {server} was away")
    await elena.eventually(lambda: [p for p in elena.pushes("message.sent") if p["message"] == sent], RECOVERED_S)


@pytest.mark.parametrize(
    ("server", "parts"),
    [
        ("mongo", ["auth-1", "messenger-2", "notifier-1"]),
        ("nats", ["auth-2", "messenger-1", "presence-2", "notifier-2", "gateway-1", "gateway-2"]),
    ],
)
async def test_it_dies_while_people_talk(
    cluster: Running, circle: Circle, enter: Enter, server: str, parts: list[str]
) -> None:
    """What is said meanwhile is repeated until it is kept. What waits behind asks that nobody answers is refused as soon."""
    jonas = await enter("jonas")
    async with circle.talking():
        await circle.until_said(20, 10.0)
        with held_down(cluster, server):
            await are_unavailable(
                jonas.session.request("GET", "/conversations", patience_s=0),
                *(jonas.ask("conversation.list") for _ in range(5)),
            )
            await is_missed(cluster, server, parts)
        await circle.until_said(20, RECOVERED_S)
