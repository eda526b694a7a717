"""Until when an ask is waited for: whoever gets it later leaves it undone.

Wall-clock time of the asker, in milliseconds since 1970: the clocks of all machines must agree to a fraction of a second,
as NTP keeps them.
"""

import time
from collections.abc import Mapping

HEADER = "Parley-Until"


def after(seconds: float) -> str:
    return str(int((time.time() + seconds) * 1000))


def late_s(headers: Mapping[str, str] | None) -> float:
    """Seconds since the deadline; 0 or less before it, and where none was given."""
    until = (headers or {}).get(HEADER, "")
    return time.time() - int(until) / 1000 if until.isdecimal() else 0.0
