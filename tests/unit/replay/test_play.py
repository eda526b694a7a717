"""When a line is due: minutes of the log over the speed, spread evenly within the minute."""

from __future__ import annotations

from bench.replay.log import Line
from bench.replay.play import due


def test_a_minute_is_spread_over_its_time() -> None:
    lines = [Line(minute, "Ada", "text") for minute in (5, 5, 6, 8)]
    assert list(due(lines, speed=2.0)) == [0.0, 0.25, 0.5, 1.5]


def test_as_fast_as_acknowledged_is_due_at_once() -> None:
    assert list(due([Line(5, "Ada", "text"), Line(9, "Ada", "text")], speed=None)) == [0.0, 0.0]
