"""Of groups that have something to tell those whose members know: that a group has changed is told after who came and went."""

import asyncio
from collections.abc import Sequence

from contracts.messenger import GROUP_CREATED
from services.messenger.domain.conversations import Document
from services.messenger.domain.memberships import Memberships

CREATED = f"{GROUP_CREATED.owner}.{GROUP_CREATED.name}"


class MembersFirst:
    def __init__(self, memberships: Memberships) -> None:
        self._memberships = memberships

    async def __call__(self, groups: Sequence[Document]) -> list[Document]:
        """`groups` with their `outbox`. That a group was made is told before its members are."""
        waits = await asyncio.gather(*map(self._waits, groups))
        return [group for group, is_waiting in zip(groups, waits, strict=True) if not is_waiting]

    async def _waits(self, group: Document) -> bool:
        if group["outbox"][0]["type"] == CREATED:
            return False
        return bool(await self._memberships.untold(group["_id"], 1))
