"""The two ways in which an ask fails for whoever asked."""

from __future__ import annotations

from typing import Any

PASSING = frozenset({"unavailable", "rate_limited"})


class Refused(Exception):
    """The server said no, with a code of the closed list; `status` is there where it came over HTTP."""

    def __init__(self, what: str, error: dict[str, Any], status: int | None = None) -> None:
        self.code: str = error.get("code", f"http_{status}")
        self.error = error
        self.status = status
        self.retry_after_s: float | None = error.get("retry_after_s")
        super().__init__(f"{what}: {self.code}: {error.get('message', error.get('detail', ''))}")

    @property
    def is_passing(self) -> bool:
        """The same ask may succeed later."""
        return self.code in PASSING


class Unanswered(Exception):
    """No answer came: it may have happened or not."""
