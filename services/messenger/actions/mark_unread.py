"""conversation.mark_unread: a marker goes back; told as reading is."""

from chassis.bus import Asker
from chassis.clock import Clock, rfc3339
from contracts.messenger import MarkUnread, ReadAnswer
from services.messenger.actions.revise_membership import ReviseMembership
from services.messenger.domain import markers
from services.messenger.domain.conversations import Document
from services.messenger.domain.memberships import Change


class Mark:
    def __init__(self, revise: ReviseMembership, clock: Clock) -> None:
        self._revise = revise
        self._clock = clock

    async def __call__(self, asker: Asker, request: MarkUnread) -> ReadAnswer:
        markers.check(request.seq, 1)

        async def decide(conversation: Document, membership: Document) -> Change | None:
            return markers.back(conversation, membership, request.seq, rfc3339(self._clock.now()))

        return markers.shown(*await self._revise(asker, request.conversation_id, decide))
