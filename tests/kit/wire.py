"""Socket.IO packets whose bodies are decoded once per event, not once per client.

A gateway encodes an event once for all its sockets, so hundreds of clients in one process receive the same text: they
share one decoded body, which is less time and, for the history that keeps them all, a hundredth of the memory.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import msgspec
from socketio.packet import Packet


class SharedJson:
    """What python-socketio asks of a JSON module. Whoever gets a body must not change it."""

    dumps = staticmethod(json.dumps)

    @staticmethod
    @lru_cache(maxsize=4096)
    def loads(text: str) -> Any:
        return _decoder.decode(text)


_decoder = msgspec.json.Decoder()

# A class of its own: the `json` that AsyncClient takes is set on the class that servers in the same process use too.
SharedPacket: Any = type("SharedPacket", (Packet,), {"json": SharedJson})
