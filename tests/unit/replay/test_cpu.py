"""CPU by part: whoever died in between does not count, and what cannot be known is not guessed."""

import os
from pathlib import Path

from bench.replay.cpu import Spent, between, spent, text


def test_only_those_who_lived_through_it_count() -> None:
    before = {"gateway-1": Spent(1, 2.0), "gateway-2": Spent(2, 2.0), "nats": Spent(3, 1.0)}
    after = {"gateway-1": Spent(1, 3.0), "gateway-2": Spent(9, 0.5), "nats": Spent(3, 1.5)}
    assert between(before, after) == {"gateway": 1.0, "nats": 0.5}


def test_a_process_is_found_by_its_pid_file(tmp_path: Path) -> None:
    (tmp_path / "gateway-1.pid").write_text(str(os.getpid()))
    (tmp_path / "messenger-1.pid").write_text("not a pid")
    found = spent(tmp_path)
    assert set(found) <= {"gateway-1"}
    assert all(one.pid == os.getpid() and one.seconds > 0 for one in found.values())


def test_gateways_are_paid_by_delivery_and_others_by_message() -> None:
    said = text({"gateway": 2.0, "mongo": 1.0}, messages=1_000, deliveries=100_000)
    assert said == "cpu: gateway 20 µs a delivery, mongo 1000 µs a message"
    assert text({}, 0, 0) == "cpu: not known here"
