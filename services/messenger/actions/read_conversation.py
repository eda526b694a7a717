"""conversation.read: a marker goes forward only; the others are told before the answer."""

from chassis.bus import Asker
from chassis.clock import Clock, rfc3339
from contracts.messenger import ReadAnswer, ReadConversation
from services.messenger.actions.revise_membership import ReviseMembership
from services.messenger.domain import markers
from services.messenger.domain.conversations import Document
from services.messenger.domain.memberships import Change


class Read:
    def __init__(self, revise: ReviseMembership, clock: Clock) -> None:
        self._revise = revise
        self._clock = clock

    async def __call__(self, asker: Asker, request: ReadConversation) -> ReadAnswer:
        markers.check(request.seq, 0)

        async def decide(conversation: Document, membership: Document) -> Change | None:
            return markers.forward(conversation, membership, request.seq, rfc3339(self._clock.now()))

        return markers.shown(*await self._revise(asker, request.conversation_id, decide))
