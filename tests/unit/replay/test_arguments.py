"""Bad arguments end with the exit code 2, good ones mean what they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.replay.arguments import parse


def test_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", "elsewhere")
    given = parse(["--log", "chat.jsonl"])
    assert (given.log, given.data_dir, given.speed, given.is_killing) == (
        Path("chat.jsonl"),
        Path("elsewhere"),
        None,
        False,
    )


def test_a_speed_is_minutes_a_second_or_max() -> None:
    assert parse(["--log", "chat.jsonl", "--speed", "2.5"]).speed == 2.5
    assert parse(["--log", "chat.jsonl", "--speed", "max"]).speed is None


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--log", ""],
        ["--log", "chat.jsonl", "--speed", "fast"],
        ["--log", "chat.jsonl", "--speed", "0"],
        ["--log", "chat.jsonl", "--speed", "nan"],
        ["--log", "chat.jsonl", "--limit", "-1"],
        ["--log", "chat.jsonl", "--in-flight", "0"],
        ["--log", "chat.jsonl", "--seed", "x"],
        ["--log", "chat.jsonl", "more"],
    ],
)
def test_bad_arguments_end_with_2(words: list[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        parse(words)
    assert ending.value.code == 2
