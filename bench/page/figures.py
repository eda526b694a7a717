"""Lines of the table."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figures:
    """Of durations in milliseconds, none of which is a line of dashes."""

    took: Sequence[float]

    def __str__(self) -> str:
        ordered = sorted(self.took)
        if not ordered:
            return f"{0:7}" + f"{'-':>9}" * 3
        shown = (ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100], ordered[-1])
        return f"{len(ordered):7}" + "".join(f"{each:9.1f}" for each in shown)


def show(what: str, figures: Figures | None = None, *, heads: bool = False) -> None:
    said = f"{'times':>7}{'median':>9}{'p99':>9}{'slowest':>9}" if heads else str(figures)
    print(f"{what:42}{said}", flush=True)
