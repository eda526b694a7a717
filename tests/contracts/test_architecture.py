"""The way of one message, as ARCHITECTURE.md tells it, goes through files that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_path_in_the_way_of_a_message_exists() -> None:
    paths = re.findall(r"`([a-z_]+/[\w./-]+)`", (ROOT / "ARCHITECTURE.md").read_text())
    assert len(paths) >= 8
    assert not [path for path in paths if not (ROOT / path).exists()]


def test_every_test_that_security_relies_on_exists() -> None:
    named = re.findall(r"`([a-z_/]+\.py)(?:::(\w+))?`", (ROOT / "docs" / "security.md").read_text())
    assert len(named) >= 60
    for path, name in named:
        text = (ROOT / "tests" / path).read_text()
        assert not name or f"def {name}(" in text, f"{path}::{name}"
