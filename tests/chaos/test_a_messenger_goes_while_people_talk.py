"""One of two messengers goes, told to or killed, while everybody talks: the other answers, and the talk is not broken."""

import random
import signal

import pytest

from tests.chaos.circle import Circle
from tests.chaos.harm import held_down
from tests.chaos.timing import longest_send_s, longest_silence_s
from tests.kit.answers import Answers
from tests.kit.evidence import Evidence
from tests.kit.history import History
from tests.stories.conftest import Running

TOLERATED_S = 5.0
"""The promise is one second; a machine that tests share has slow moments of its own."""


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGKILL])
async def test_the_talk_goes_on(
    cluster: Running, circle: Circle, history: History, chance: random.Random, by: signal.Signals
) -> None:
    async with circle.talking():
        await circle.until_said(50, 10.0)
        with held_down(cluster, f"messenger-{chance.randint(1, 2)}", by=by):
            await circle.until_said(150, 20.0)
    assert longest_send_s(history) < TOLERATED_S
    assert longest_silence_s(history) < TOLERATED_S
    if by is signal.SIGTERM:
        assert [each for each in Evidence(history, Answers()).exchanges if each.result is None] == []
