"""Which ports of this machine the cluster takes. Only the loopback address is ever bound."""

import contextlib
import errno
import os
import random
import socket
from collections.abc import Iterator
from pathlib import Path

from deploy.local.errors import CannotStart

HOST = "127.0.0.1"
NATS_USUAL = 4222
LISTENING = "0A"
"""In /proc/net/tcp."""
FREE_RANGE = range(20_000, 32_000)
"""Below Linux's range for outgoing connections, so that none takes a port between our look and the server's bind."""


class Ports:
    """Hands each port out once; what it handed out was free a moment ago."""

    def __init__(self) -> None:
        self._given: set[int] = set()

    def exactly(self, port: int, setting: str) -> int:
        """This port and no other; raises CannotStart, naming the setting, where it is not to be had."""
        refused = "it was given twice" if port in self._given else _refusal(port)
        if refused:
            raise CannotStart(f"Port {port} cannot be used ({refused}): free it or choose another {setting}.")
        self._given.add(port)
        return port

    def from_on(self, port: int) -> int:
        """This port or the next free one above it."""
        return self._first(range(port, port + 200))

    def free(self) -> int:
        return self._first(random.sample(FREE_RANGE, k=500))

    def _first(self, candidates: range | list[int]) -> int:
        for port in candidates:
            if port not in self._given and not _refusal(port):
                self._given.add(port)
                return port
        raise CannotStart(f"No free port was found between {min(candidates)} and {max(candidates)}: free some.")


def lost(port: int, session: int | None) -> bool:
    """Whether a process outside `session` listens at `port`. On Linux; elsewhere this is not known, and False."""
    try:
        listening = set(_listening(port))
        own = {str(file.readlink()) for pid in _members(session) for file in Path(f"/proc/{pid}/fd").iterdir()}
    except OSError:  # not Linux, or a process ended meanwhile
        return False
    return bool(listening - own)


def _listening(port: int) -> Iterator[str]:
    """As the links under /proc/<pid>/fd name them."""
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
            _, local, _, state, *_, inode = line.split()[:10]
            if state == LISTENING and int(local.rpartition(":")[2], 16) == port:
                yield f"socket:[{inode}]"


def _members(session: int | None) -> Iterator[int]:
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(ProcessLookupError):
            if os.getsid(pid := int(folder.name)) == session:
                yield pid


def _refusal(port: int) -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            return "it is taken" if error.errno == errno.EADDRINUSE else (error.strerror or "refused")
    return None
