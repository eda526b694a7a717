"""What a run cost in CPU, by part, as Linux counts it; nothing elsewhere."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple


class Spent(NamedTuple):
    """User and system time of one process since its start, in seconds."""

    pid: int
    seconds: float


def spent(run: Path) -> dict[str, Spent]:
    """By process, for those that have a pid file in `run` and live."""
    found: dict[str, Spent] = {}
    for path in run.glob("*.pid"):
        try:
            pid = int(path.read_text(encoding="ascii"))
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        except (OSError, ValueError):
            continue
        found[path.stem] = Spent(pid, (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"))
    return found


def between(before: dict[str, Spent], after: dict[str, Spent]) -> dict[str, float]:
    """Seconds by part, of the processes that lived through it."""
    parts: dict[str, float] = defaultdict(float)
    for name, then in before.items():
        now = after.get(name)
        if now is not None and now.pid == then.pid:
            parts[name.rpartition("-")[0] or name] += now.seconds - then.seconds
    return dict(parts)


def text(parts: dict[str, float], messages: int, deliveries: int) -> str:
    """Gateways by delivery, the others by message, in microseconds."""
    each: dict[str, tuple[float, str]] = {
        part: (seconds / max(1, deliveries), "delivery")
        if part == "gateway"
        else (seconds / max(1, messages), "message")
        for part, seconds in sorted(parts.items())
    }
    costs = (f"{part} {seconds * 1e6:.0f} µs a {unit}" for part, (seconds, unit) in each.items())
    return "cpu: " + (", ".join(costs) or "not known here")
