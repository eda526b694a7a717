"""Names of people and of groups: what a reader sees is all there is of one."""

import re
import unicodedata

from contracts.limits import NAME_CHARS_MAX

_TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Bidi_Control of Unicode (UAX 9): what follows one is shown elsewhere than it stands."""
_BREAKS = ("Cc", "Zl", "Zp")
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs by their category, and nothing is seen of them."""
_SEEN = frozenset("LNPS")


def name_fault(name: str) -> str | None:
    """What is wrong with it. A control character could end a line of a mail, or of a log; one that turns the direction makes a
    name look like another."""
    if not 0 < len(name) <= NAME_CHARS_MAX or not _is_text(name):
        return f"1 to {NAME_CHARS_MAX} characters."
    if not any(unicodedata.category(c)[0] in _SEEN and c not in _BLANK for c in name):
        return "At least one character that can be seen."
    if _TURNS.search(name) or any(unicodedata.category(c) in _BREAKS for c in name):
        return "No control characters, no line ends, none that turn the direction."
    return None


def _is_text(name: str) -> bool:
    """A lone surrogate can be neither stored nor sent."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
