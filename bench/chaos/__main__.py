"""`make chaos SEED=… MINUTES=…`: exit code 0 when every promise held, 1 when not, 2 for a bad argument."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from bench.chaos.run import run
from bench.replay.loop import run as run_in_loop


def main() -> int:
    parser = argparse.ArgumentParser(
        "chaos", description="Break a cluster of its own on purpose, and prove that nothing is lost."
    )
    parser.add_argument("--seed", type=int, default=1, help="which schedule of faults")
    parser.add_argument(
        "--minutes", type=_minutes, default=2.0, help="how long things go wrong (default 2, at most 240)"
    )
    parser.add_argument(
        "--data-dir",
        type=Path,
        default=None,
        help="where the cluster keeps its data, and its logs (default: nowhere for long)",
    )
    parser.add_argument("--record", type=Path, default=None, help="write what the clients saw to this file")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="parley-chaos-") as temporary:
        folder = given.data_dir or Path(temporary)
        print(f"seed {given.seed}, {given.minutes:g} minutes, {os.cpu_count()} processors", flush=True)
        return 0 if run_in_loop(run(given.seed, given.minutes * 60, folder.absolute(), given.record)) else 1


def _minutes(word: str) -> float:
    minutes = float(word)
    if not 0 < minutes <= 240:
        raise argparse.ArgumentTypeError(f"{word} is not above 0 and at most 240")
    return minutes


if __name__ == "__main__":
    sys.exit(main())
