"""message.edit: another text, by the author, for as long as a setting says. The same text is no change."""

from datetime import timedelta

from chassis.bus import Asker
from chassis.clock import Clock
from contracts.messenger import EditMessage, MessageAnswer
from services.messenger.actions.revise_message import ReviseMessage
from services.messenger.domain import conversations, messages, revisions
from services.messenger.domain.conversations import Document


class Edit:
    def __init__(self, revise: ReviseMessage, clock: Clock, window: timedelta) -> None:
        self._revise = revise
        self._clock = clock
        self._window = window

    async def __call__(self, asker: Asker, request: EditMessage) -> MessageAnswer:
        messages.check_text(request.text)

        def decide(conversation: Document, message: Document) -> Document | None:
            may_write = conversations.may_write(conversation, asker.user_id, asker.role)
            now = self._clock.now()
            return revisions.edit(message, request.text, asker.user_id, now, self._window, may_write=may_write)

        return await self._revise(asker, request.conversation_id, request.seq, decide)
