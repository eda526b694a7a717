"""A person's conversations, newest first, from any place on, without reading them all.

Direct ones come from an index of their own. Groups are looked up while they are few; of many, the newest of the whole house are
walked through, because with so many groups one of them is soon met. Where that leads to none, they are looked up after all.
"""

import asyncio
from collections.abc import Iterable, Sequence

from services.messenger.domain.conversations import Conversations, Document, Place, is_there, place_of
from services.messenger.domain.ids import membership_id
from services.messenger.domain.memberships import Memberships, is_member

LOOKED_UP_MAX = 500
"""So many groups are looked up at once in some milliseconds."""
WALK = 500
WALKED_MAX = 2_000
"""Of groups, whoever's they are."""


class Newest:
    def __init__(self, conversations: Conversations, memberships: Memberships) -> None:
        self._conversations = conversations
        self._memberships = memberships

    async def __call__(
        self, user_id: str, after: Place | None, count: int
    ) -> tuple[list[Document], dict[str, Document]]:
        """Fewer than `count` only where there are no more. And the memberships, by conversation."""
        page: list[Document] = []
        theirs: dict[str, Document] = {}
        while len(page) < count:
            directs, groups = await asyncio.gather(
                self._conversations.directs(user_id, after, count), self._groups(user_id, after, count)
            )
            both = in_order([*directs, *groups])[:count]
            found = await self._theirs(user_id, [one["_id"] for one in both])
            theirs |= found
            page += [one for one in both if one["_id"] in found and is_there(one)]
            if len(both) < count:
                break
            after = place_of(both[-1])
        return page[:count], theirs

    async def _groups(self, user_id: str, after: Place | None, count: int) -> list[Document]:
        ids = await self._memberships.group_ids(user_id, LOOKED_UP_MAX + 1)
        if len(ids) > LOOKED_UP_MAX:
            met = await self._meet(user_id, after, count)
            if met is not None:
                return list((await self._conversations.by_ids(met)).values())
            ids = await self._memberships.group_ids(user_id)
        return await self._conversations.newest_of(ids, after, count)

    async def _meet(self, user_id: str, place: Place | None, count: int) -> list[str] | None:
        """None: it would take too long."""
        met: list[str] = []
        for walked in range(WALK, WALKED_MAX + 1, WALK):
            groups = await self._conversations.groups(place, WALK)
            theirs = await self._theirs(user_id, [group["_id"] for group in groups])
            met += [group["_id"] for group in groups if group["_id"] in theirs]
            if len(met) >= count or len(groups) < WALK:
                return met[:count]
            if len(met) * WALKED_MAX < count * walked:
                return None
            place = place_of(groups[-1])
        return None

    async def _theirs(self, user_id: str, conversation_ids: Sequence[str]) -> dict[str, Document]:
        found = await self._memberships.by_ids(membership_id(key, user_id) for key in conversation_ids)
        return {one["conversation_id"]: one for one in found.values() if is_member(one)}


def in_order(lasts: Iterable[Document]) -> list[Document]:
    by_id = sorted(lasts, key=lambda last: str(last["_id"]))
    return sorted(by_id, key=lambda last: str(last["last_at"]), reverse=True)
