"""conversation.update: muted and pinned, for the asker alone. What is so already is no change, and told to nobody."""

from chassis.bus import Asker
from chassis.clock import Clock, rfc3339
from contracts.messenger import ConversationAnswer, UpdateConversation
from services.messenger.actions.revise_membership import ReviseMembership
from services.messenger.actions.show_conversations import Show
from services.messenger.domain import mute_and_pin
from services.messenger.domain.conversations import Document
from services.messenger.domain.memberships import Change, Memberships


class MuteAndPin:
    def __init__(self, revise: ReviseMembership, show: Show, memberships: Memberships, clock: Clock) -> None:
        self._revise = revise
        self._show = show
        self._memberships = memberships
        self._clock = clock

    async def __call__(self, asker: Asker, request: UpdateConversation) -> ConversationAnswer:
        async def decide(_: Document, membership: Document) -> Change | None:
            taken = await self._memberships.pins(asker.user_id) if request.pinned else ()
            at = rfc3339(self._clock.now())
            return mute_and_pin.change(membership, request.muted, request.pinned, taken, at)

        conversation, membership = await self._revise(asker, request.conversation_id, decide)
        return ConversationAnswer(conversation=await self._show.one(asker, conversation, membership))
