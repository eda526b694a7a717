"""Who the people are: asked of auth. Names once heard are kept for when auth is away."""

import asyncio
from collections.abc import Collection

from chassis.bus import Bus
from contracts.auth import LookUpUsers, UserList
from contracts.everything import ASKS
from contracts.refusals import Refused
from contracts.things import User

CHUNK = 1_000
WAIT_S = 2.0
SOON_S = 0.4
"""Within an idempotent ask: half of the 0.8 s after which its asker asks another replica as well, so that one is enough."""
NAMES_MAX = 50_000


class People:
    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._names: dict[str, str] = {}

    async def look_up(self, user_ids: Collection[str], timeout_s: float = WAIT_S) -> dict[str, User]:
        """By id, those who exist. Raises Refused."""
        ids = sorted(set(user_ids))
        answers: list[UserList] = await asyncio.gather(
            *(
                self._bus.ask(
                    ASKS["user.look_up"], LookUpUsers(user_ids=ids[start : start + CHUNK]), timeout_s=timeout_s
                )
                for start in range(0, len(ids), CHUNK)
            )
        )
        return {user.user_id: user for answer in answers for user in answer.users}

    async def names(self, user_ids: Collection[str]) -> dict[str, str]:
        """By id; while auth is away those heard before, and no others."""
        if not user_ids:
            return {}
        try:
            users = await self.look_up(user_ids, SOON_S)
        except Refused:
            return {user_id: self._names[user_id] for user_id in user_ids if user_id in self._names}
        if len(self._names) > NAMES_MAX:
            self._names.clear()
        names = {user_id: user.name for user_id, user in users.items()}
        self._names |= names
        return names
