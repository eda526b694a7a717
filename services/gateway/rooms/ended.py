"""Sessions that ended while their access tokens still live: refused at both doors, on every gateway."""

import time

from chassis.bus import Bus
from contracts.auth import SESSION_ENDED, SessionEnded
from services.gateway.rooms.lately import read_lately


class EndedSessions:
    def __init__(self, token_s: int) -> None:
        self._token_s = token_s
        self._ended: dict[str, float] = {}

    def __contains__(self, session_id: str) -> bool:
        return session_id in self._ended

    def note(self, session_id: str) -> None:
        now = time.time()
        self._ended[session_id] = now
        if len(self._ended) % 1000 == 0:
            self._ended = {one: at for one, at in self._ended.items() if at > now - self._token_s}

    async def read_back(self, bus: Bus) -> None:
        """Whatever ended during the life of an access token, before this gateway listened."""

        def hear(body: SessionEnded) -> None:
            self.note(body.session_id)

        await read_lately(bus, SESSION_ENDED, self._token_s, hear)
