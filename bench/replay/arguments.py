"""What the person asked for. A bad argument ends the process with a sentence and the exit code 2."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Arguments:
    """`speed` is minutes of the log per second; None is as fast as acknowledged. `limit` counts messages."""

    log: Path
    data_dir: Path
    speed: float | None
    is_killing: bool
    seed: int
    limit: int | None
    in_flight: int
    record: Path | None


def parse(words: Sequence[str]) -> Arguments:
    parser = argparse.ArgumentParser(
        "replay", description="Play a chat log through a running cluster and prove the outcome."
    )
    parser.add_argument("--log", required=True, type=_path, help="the chat log, one JSON object a line")
    parser.add_argument("--data-dir", type=_path, default=Path(os.environ.get("DATA_DIR") or ".data"))
    parser.add_argument(
        "--speed", type=_speed, default=None, help="minutes of the log per second, or max (the default)"
    )
    parser.add_argument("--kill", action="store_true", help="SIGKILL one gateway and one messenger halfway")
    parser.add_argument("--seed", type=int, default=1, help="who reads and who is killed")
    parser.add_argument("--limit", type=_count, default=None, help="play the first so many messages only")
    parser.add_argument("--in-flight", type=_count, default=32, help="sends without an acknowledgement at a time")
    parser.add_argument("--record", type=_path, default=None, help="write what the clients saw to this file")
    given = parser.parse_args(words)
    return Arguments(
        given.log, given.data_dir, given.speed, given.kill, given.seed, given.limit, given.in_flight, given.record
    )


def _path(word: str) -> Path:
    if not word:
        raise argparse.ArgumentTypeError("names no file")
    return Path(word)


def _speed(word: str) -> float | None:
    if word == "max":
        return None
    return _positive(float(word))


def _count(word: str) -> int:
    return int(_positive(int(word)))


def _positive(number: float) -> float:
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{number} is not above 0")
    return number
