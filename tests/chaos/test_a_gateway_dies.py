"""A gateway is killed: who comes back elsewhere never seemed away, who does not is offline soon, and not too soon."""

import time

from tests.chaos.circle import Circle
from tests.chaos.harm import held_down
from tests.chaos.watching import NEVER, told_offline, until_seen
from tests.kit.history import History
from tests.stories.conftest import Enter, Running

GONE_WITHIN_S = 15.0
RELOAD_S = 3.0
"""A page that takes this long to load again must not have been seen away."""


async def test_only_who_stays_away_is_offline(cluster: Running, circle: Circle, history: History, enter: Enter) -> None:
    jonas = await enter("jonas", first_gateway=0, returns=NEVER)
    await circle.watch(jonas)
    async with circle.talking():
        killed_at = time.monotonic()
        with held_down(cluster, "gateway-1"):
            await until_seen(circle.people, [jonas], "offline", GONE_WITHIN_S + 5.0)
    await jonas.leave()
    seen_gone_at = told_offline(history, [jonas], killed_at)
    assert killed_at + RELOAD_S < min(seen_gone_at)
    assert max(seen_gone_at) < killed_at + GONE_WITHIN_S
    assert told_offline(history, circle.people, killed_at) == []
