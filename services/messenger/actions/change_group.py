"""The one way a group changes: one change after the other, each decided on what the one before left."""

import asyncio
from collections.abc import Awaitable, Callable

from chassis.bus import Asker
from chassis.clock import monotonic
from contracts.refusals import Refused, unavailable
from services.messenger.actions.finish_change import FinishChange
from services.messenger.domain import conversations
from services.messenger.domain.conversations import Conversations, Document

TRIED_FOR_S = 3.0
"""Less than an asker waits."""
CLAIMED_WITHIN_S = 3.5
"""What is claimed later might be done after its asker was told that it failed."""
TOLD_WITHIN_S = 0.5
"""Of some thousands not all know of a change by then: who else comes or goes waits, no other change does, nor its asker."""
PAUSE_S = 0.02


class ChangeGroup:
    def __init__(self, conversations: Conversations, finish: FinishChange) -> None:
        self._conversations = conversations
        self._finish = finish

    async def __call__(
        self, asker: Asker, key: str, decide: Callable[[Document], Awaitable[Document | None]]
    ) -> Document:
        """Gives the group as it is then. `decide` gives the change of the group as it is now, or None where nothing is
        to be done, and is called again when another was first. Raises Refused."""
        began_at = monotonic()
        until = began_at + TRIED_FOR_S
        while monotonic() < until:
            group = await self.settled(key, until)
            if asker.user_id != group["owner_id"]:
                conversations.check_leads(asker.role)
            is_told = await self._is_told(key, monotonic() + TOLD_WITHIN_S)
            change = await decide(group)
            if change is None:
                return group
            if (change["joining"] or change["leaving"]) and not is_told and not await self._is_told(key, until):
                raise _being_told()
            if monotonic() > began_at + CLAIMED_WITHIN_S:
                raise unavailable("What the change needs")
            if await self._conversations.claim(key, group["version"], change):
                telling = await self._finish({**group, "change": change})
                now = await self._conversations.get(key) or group
                if telling is not None:  # what is said after the answer is not heard by who has left
                    await asyncio.wait([telling], timeout=TOLD_WITHIN_S)
                return now
        raise _busy()

    async def _is_told(self, key: str, until: float) -> bool:
        """Whether members know of the last change by then."""
        try:
            async with asyncio.timeout(until - monotonic()):
                await self._finish.tell_members(key)
        except TimeoutError:
            return False
        return True

    async def settled(self, key: str, until: float | None = None) -> Document:
        """The group with no change under way; what somebody left half done is finished. Raises Refused."""
        until = until or monotonic() + TRIED_FOR_S
        while monotonic() < until:
            group = await self._conversations.get(key)
            if group is None or group["kind"] != "group":
                raise conversations.not_found()
            if "change" not in group:
                return group
            if self._finish.is_abandoned(group["change"]):
                await self._finish(group)
            else:
                await asyncio.sleep(PAUSE_S)
        raise _busy()


def _busy() -> Refused:
    return Refused("conflict", "The group is being changed by others.")


def _being_told() -> Refused:
    return Refused("unavailable", "Members are still being told of the last change: try again.", retry_after_s=1.0)
