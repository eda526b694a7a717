"""Who the people are: asked of auth."""

from collections.abc import Iterable

from chassis.bus import Bus
from contracts.auth import LookUpUsers
from contracts.everything import ASKS
from contracts.things import User

CHUNK = 1_000


class People:
    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def look_up(self, user_ids: Iterable[str]) -> dict[str, User]:
        """By id, those who exist."""
        ids = sorted(set(user_ids))
        users: dict[str, User] = {}
        for start in range(0, len(ids), CHUNK):
            request = LookUpUsers(user_ids=ids[start : start + CHUNK])
            answer = await self._bus.ask(ASKS["user.look_up"], request)
            users |= {user.user_id: user for user in answer.users}
        return users
