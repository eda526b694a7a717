"""NATS comes back without what it had stored: everyone starts anew from a snapshot, and nothing said is missing."""

import shutil
from functools import partial

from tests.chaos.circle import Circle
from tests.chaos.harm import held_down, until_whole
from tests.kit.person import Person
from tests.stories.conftest import Running

NOTICED_S = 30.0


async def test_the_live_feed_goes_on_in_a_new_stream(cluster: Running, circle: Circle) -> None:
    async with circle.talking():
        await circle.until_said(20, 10.0)
        before = [len(one.pushes("ready")) for one in circle.people]
        with held_down(cluster, "nats"):
            shutil.rmtree(cluster.data_dir / "nats" / "jetstream")
        for one, count in zip(circle.people, before, strict=True):
            await one.eventually(partial(_has_returned, one, count), NOTICED_S)
        await until_whole(cluster)
        await circle.until_said(20, NOTICED_S)
    for one in circle.people:
        assert one.pushes("ready")[-1]["recovered"] is False


def _has_returned(one: Person, readies: int) -> bool:
    return len(one.pushes("ready")) > readies and one.is_live
