"""message.delete: its text goes, its number stays. By the author for as long as a setting says, by an admin always."""

from datetime import timedelta

from chassis.bus import Asker
from chassis.clock import Clock
from contracts.messenger import DeleteMessage, MessageAnswer
from services.messenger.actions.revise_message import ReviseMessage
from services.messenger.domain import revisions
from services.messenger.domain.conversations import Document


class DeleteOne:
    def __init__(self, revise: ReviseMessage, clock: Clock, window: timedelta) -> None:
        self._revise = revise
        self._clock = clock
        self._window = window

    async def __call__(self, asker: Asker, request: DeleteMessage) -> MessageAnswer:
        def decide(_: Document, message: Document) -> Document | None:
            return revisions.deletion(message, asker.user_id, asker.role, self._clock.now(), self._window)

        everywhere = revisions.may_delete_everywhere(asker.role)
        return await self._revise(asker, request.conversation_id, request.seq, decide, everywhere=everywhere)
