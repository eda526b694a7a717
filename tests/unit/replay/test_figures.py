"""Latencies count from the first call of a send, however often it was asked again."""

from __future__ import annotations

import pytest

from bench.replay.figures import figures
from tests.kit.history import Acknowledged, Asked, Connected, History, Left, Pushed, Ready, Unanswered


def test_latencies_count_from_the_first_call() -> None:
    history = History()
    message = {"client_message_id": "c1"}
    history.records = [
        Asked(10.0, "ada#1", 1, "message.send", message),
        Unanswered(11.0, "ada#1", 1, "connection lost"),
        Pushed(11.5, "grace#1", "message.sent", {"message": message}),
        Asked(12.0, "ada#1", 2, "message.send", message),
        Acknowledged(12.5, "ada#1", 2, True, {"message": message}),
        Pushed(13.0, "ada#1", "message.sent", {"message": message}),
    ]
    found = figures(history)
    assert found.messages == 1
    assert found.seconds == pytest.approx(3.0)
    assert list(found.acknowledgements) == [pytest.approx(2.5)]
    assert list(found.deliveries) == [pytest.approx(1.5), pytest.approx(3.0)]


def test_nothing_sent_has_no_latency() -> None:
    assert "p50 -" in figures(History()).text()


def test_what_was_caught_up_after_leaving_is_no_delivery() -> None:
    history = History()
    message = {"client_message_id": "c1"}
    history.records = [
        Left(9.0, "grace#1"),
        Asked(10.0, "ada#1", 1, "message.send", message),
        Acknowledged(10.5, "ada#1", 1, True, {"message": message}),
        Pushed(10.5, "ada#1", "message.sent", {"message": message}),
        Connected(15.0, "grace#1", "gateway-1"),
        Pushed(15.5, "grace#1", "message.sent", {"message": message}),
        Ready(16.0, "grace#1", True, "e1-1"),
    ]
    assert list(figures(history).deliveries) == [pytest.approx(0.5)]
