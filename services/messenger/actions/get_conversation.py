"""conversation.get: one conversation as the asker sees it, and who of a few members has read how far."""

import msgspec

from chassis.bus import Asker
from contracts.limits import MEMBERS_LISTED_MAX
from contracts.messenger import ConversationAnswer, GetConversation
from services.messenger.actions.show_conversations import Show
from services.messenger.domain.memberships import Memberships, reader_of


class Get:
    def __init__(self, show: Show, memberships: Memberships) -> None:
        self._show = show
        self._memberships = memberships

    async def __call__(self, asker: Asker, request: GetConversation) -> ConversationAnswer:
        conversation, membership = await self._show.theirs(asker, request.conversation_id)
        shown = await self._show.one(asker, conversation, membership)
        if conversation["member_count"] <= MEMBERS_LISTED_MAX:
            found = await self._memberships.readers(request.conversation_id, limit=MEMBERS_LISTED_MAX)
            shown = msgspec.structs.replace(shown, readers=list(map(reader_of, found)))
        return ConversationAnswer(conversation=shown)
