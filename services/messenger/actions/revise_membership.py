"""The one way a membership is changed by its person: decided on what the change before left, told before the answer."""

import asyncio
from collections.abc import Awaitable, Callable

from chassis.bus import Asker
from chassis.clock import monotonic
from chassis.outbox import Outbox
from contracts.refusals import unavailable
from services.messenger.actions.show_conversations import Show
from services.messenger.domain.conversations import Document
from services.messenger.domain.memberships import Change, Memberships

TRIED_FOR_S = 0.7
"""Less than the 0.8 s after which another replica is asked as well."""
PAUSE_S = 0.005

Decide = Callable[[Document, Document], Awaitable[Change | None]]


class ReviseMembership:
    def __init__(self, show: Show, memberships: Memberships, outbox: Outbox) -> None:
        """`outbox`: of memberships."""
        self._show = show
        self._memberships = memberships
        self._outbox = outbox

    async def __call__(self, asker: Asker, conversation_id: str, decide: Decide) -> tuple[Document, Document]:
        """Gives the conversation and the membership as they are then. `decide`, of both, gives the change, or None where
        nothing is to be done, and is called again when another was first. Raises Refused."""
        until = monotonic() + TRIED_FOR_S
        while True:
            conversation, membership = await self._show.theirs(asker, conversation_id)
            change = await decide(conversation, membership)
            if change is None:
                return conversation, membership
            if monotonic() > until:  # it may be done elsewhere by now, and changed again since
                raise unavailable("The conversation")
            after = await self._memberships.revise(membership, change)
            if after is not None:
                await self._outbox.tell_pending([after])
                return conversation, after
            await asyncio.sleep(PAUSE_S)
