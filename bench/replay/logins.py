"""Login names made from what people call themselves in a chat: ASCII, and different without regard to case."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

NAME_LETTERS_MAX = 32


def make_logins(names: Iterable[str], prefix: str) -> dict[str, str]:
    """By name. The prefix makes them those of one run; a name that clashes gets the first number that is free."""
    logins: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        plain = _plain(name)
        login, number = plain, 1
        while login in taken:
            number += 1
            login = f"{plain}-{number}"
        taken.add(login)
        logins[name] = f"{prefix}.{login}"
    return logins


def _plain(name: str) -> str:
    """Letters without their accents; what has no ASCII letter becomes a hyphen, and nothing at all a person."""
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", ascii_only).strip("-_")[:NAME_LETTERS_MAX] or "person"
