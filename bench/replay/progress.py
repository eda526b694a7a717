"""One line that says how far it is: rewritten in place on a terminal, elsewhere written once when the step is done."""

from __future__ import annotations

import sys
import time

REWRITTEN_EVERY_S = 0.1


class Progress:
    """One step of the run, so many things to do. Ends its line when the last is done."""

    def __init__(self, what: str, total: int) -> None:
        self._what = what
        self._total = total
        self._done = 0
        self._started = time.monotonic()
        self._written_at = 0.0

    def step(self) -> None:
        self._done += 1
        now = time.monotonic()
        is_over = self._done == self._total
        if is_over or (sys.stdout.isatty() and now - self._written_at > REWRITTEN_EVERY_S):
            self._written_at = now
            start = "\r" if sys.stdout.isatty() else ""
            seconds = f"{now - self._started:.1f} s"
            print(
                f"{start}{self._what}: {self._done}/{self._total} ({seconds})", end="\n" if is_over else "", flush=True
            )
