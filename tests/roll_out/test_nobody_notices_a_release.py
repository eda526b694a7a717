"""Every part is replaced as Kubernetes would, from the manifests of production, while official clients chat through the edge of
a cluster: nobody fails to send, misses anything, or seems away."""

import time
from pathlib import Path

from tests.kit.checker import check
from tests.kit.crowd import Ways
from tests.kit.kubelet.house import built, two_of_each
from tests.kit.kubelet.manifest import PARTS, deployments
from tests.kit.noticed import most_at_once, not_acknowledged, returns, shown_offline
from tests.kit.roll_out import RETRIES, gathered

RENDERED = Path(__file__).parents[2] / "k8s" / "rendered" / "prod.yaml"
HURRY = 0.25
"""Of what is waited for outside the processes: preStop and how long the edge takes to know, alike, and minReadySeconds."""
GROUPS, MEMBERS = 4, 10
AT_ONCE = 0.5
"""Of the people of one of two gateways, how many may come back in half a second: they are let go in three seconds."""
WAYS = Ways(every_s=2.0, fresh_s=5.0, options=RETRIES)


async def test_nobody_notices_a_release(tmp_path: Path, beside_the_client: Path) -> None:
    rolled = two_of_each(deployments(RENDERED))
    async with built(tmp_path, rolled, HURRY, PARLEY_BCRYPT_COST="4") as house:
        async with gathered(house, beside_the_client, GROUPS, MEMBERS, WAYS) as gathering:
            them = gathering.crowd
            them.talk()
            began = time.monotonic()
            ends = await gathering.roll()
            await them.fall_silent()
            violations = check(them.history, await gathering.asked_afresh())
        assert house.restarts() == []
    assert [(end.pod, end.status) for end in ends if end.status != 0] == []
    assert len(ends) == 2 * len(PARTS)
    assert not_acknowledged(them.history) == []
    assert them.failures == []
    assert shown_offline(them.history, began) == []
    assert violations == []
    moved = returns(them.history, began)
    assert len(moved) >= len(them.clients), "nobody was moved"
    assert most_at_once(moved) <= AT_ONCE * len(them.clients) / 2
