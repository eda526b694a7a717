"""Finds the running cluster in its DATA_DIR: where its gateways are, and which processes can be killed."""

from __future__ import annotations

import json
import os
import random
import signal
from dataclasses import dataclass
from pathlib import Path

KILLED_PARTS = ("gateway", "messenger")


class ClusterMissing(Exception):
    """There is no cluster to play through."""


@dataclass(frozen=True)
class Cluster:
    gateways: list[str]
    run: Path

    def kill(self, chance: random.Random) -> list[str]:
        """SIGKILL to one process of each part; their names. The cluster starts them again."""
        names = [chance.choice(self._processes(part)) for part in KILLED_PARTS]
        for name in names:
            os.kill(int((self.run / f"{name}.pid").read_text(encoding="ascii")), signal.SIGKILL)
        return names

    def _processes(self, part: str) -> list[str]:
        found = sorted(path.stem for path in self.run.glob(f"{part}-*.pid"))
        if not found:
            raise ClusterMissing(f"no {part} has a pid file in {self.run}")
        return found


def find_cluster(data_dir: Path) -> Cluster:
    """What `run/cluster.json` names; without it, one gateway on PORT."""
    run = data_dir / "run"
    try:
        gateways = json.loads((run / "cluster.json").read_bytes())["gateways"]
    except FileNotFoundError:
        if not os.environ.get("PORT"):
            raise ClusterMissing(
                f"no cluster runs on {data_dir}: `make run` starts one, or give DATA_DIR or PORT"
            ) from None
        gateways = [f"http://127.0.0.1:{os.environ['PORT']}"]
    return Cluster(gateways, run)
