"""conversation.get: one conversation as the asker sees it."""

from chassis.bus import Asker
from contracts.messenger import ConversationAnswer, GetConversation
from services.messenger.actions.show_conversations import Show


class Get:
    def __init__(self, show: Show) -> None:
        self._show = show

    async def __call__(self, asker: Asker, request: GetConversation) -> ConversationAnswer:
        conversation, membership = await self._show.theirs(asker, request.conversation_id)
        return ConversationAnswer(conversation=await self._show.one(asker, conversation, membership))
