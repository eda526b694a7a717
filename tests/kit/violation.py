"""One thing that should not have happened."""

from __future__ import annotations

from typing import NamedTuple


class Violation(NamedTuple):
    """`rule` is the name of the check's file, `who` a client, a person or a conversation."""

    rule: str
    who: str
    detail: str
