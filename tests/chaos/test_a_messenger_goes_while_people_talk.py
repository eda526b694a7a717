"""One of two messengers goes, told to or killed, while everybody talks: the other answers, and the talk is not broken."""

import asyncio
import os
import random
import signal
import time

from tests.chaos.circle import Circle
from tests.chaos.harm import held_down
from tests.chaos.timing import longest_silence_s, send_times_s, share_slower
from tests.kit.answers import Answers
from tests.kit.evidence import Evidence
from tests.kit.history import History
from tests.stories.conftest import Running

PROMISED_S = 1.0
SLOWER_MAX = 0.05
"""A machine that tests share has slow moments of its own."""
ELSEWHERE_S = 3.0
"""What is not asked of the other messenger takes longer: the 4 s that an asker waits for one."""
HANGS_S = 0.3


async def test_it_is_told_to_go(cluster: Running, circle: Circle, history: History, chance: random.Random) -> None:
    async with circle.talking():
        await circle.until_said(50, 10.0)
        with held_down(cluster, f"messenger-{chance.randint(1, 2)}", by=signal.SIGTERM):
            await circle.until_said(150, 20.0)
    assert share_slower(send_times_s(history), PROMISED_S) < SLOWER_MAX
    assert longest_silence_s(history) < ELSEWHERE_S
    assert [each for each in Evidence(history, Answers()).exchanges if each.result is None] == []


async def test_it_is_killed(cluster: Running, circle: Circle, history: History, chance: random.Random) -> None:
    """It hangs for a moment before, so that what it was asked is lost with it: mostly nothing was on its way, and a run
    without a second attempt passed too."""
    name = f"messenger-{chance.randint(1, 2)}"
    async with circle.talking():
        await circle.until_said(50, 10.0)
        hung_at = time.monotonic()
        os.kill(cluster.pid(name), signal.SIGSTOP)
        await asyncio.sleep(HANGS_S)
        with held_down(cluster, name):
            killed_at = time.monotonic()
            await circle.until_said(150, 20.0)
    assert share_slower(send_times_s(history), PROMISED_S) < SLOWER_MAX
    slowest_s = send_times_s(history, hung_at, killed_at)[-1]
    assert HANGS_S < slowest_s < ELSEWHERE_S, "nothing was lost, or it was not asked of the other"
    assert longest_silence_s(history) < ELSEWHERE_S
