"""Who may join: people who exist, no more than a group can have, none who belongs to as much as one can."""

import asyncio
from collections.abc import Collection

from contracts.limits import MEMBERS_MAX, is_id
from services.messenger.actions.people import People
from services.messenger.domain import memberships
from services.messenger.domain.conversations import invalid
from services.messenger.domain.memberships import Memberships


class AdmitPeople:
    def __init__(self, people: People, memberships: Memberships) -> None:
        self._people = people
        self._memberships = memberships

    async def __call__(self, joining: Collection[str], member_count: int) -> None:
        """Raises Refused."""
        if member_count > MEMBERS_MAX:
            raise invalid("member_ids", f"At most {MEMBERS_MAX} people.")
        if not joining:
            return
        if not all(map(is_id, joining)):
            raise _unknown()
        users, counts = await asyncio.gather(self._people.look_up(joining), self._memberships.counts(list(joining)))
        if any(user_id not in users or users[user_id].disabled for user_id in joining):
            raise _unknown()
        memberships.check_room(counts)


def _unknown() -> Exception:
    return invalid("member_ids", "Not all of these people exist.")
