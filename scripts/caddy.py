"""Caddy, the proxy of `deploy/compose/compose.ha.yaml`: the machine's own, or Debian's package under `.tools/`."""

import shutil
from pathlib import Path

from scripts.debian import unpacked

SUITE = "trixie"


def caddy() -> Path:
    """Raises NotHad."""
    own = shutil.which("caddy")
    return Path(own) if own else unpacked("caddy", "usr/bin/caddy", SUITE)
