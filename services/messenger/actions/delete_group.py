"""group.delete: from then on there is nothing there for anyone. Repeatable."""

from chassis.bus import Asker
from chassis.clock import Clock, rfc3339
from contracts.messenger import DeleteGroup
from contracts.table import Nothing
from services.messenger.actions.change_group import ChangeGroup
from services.messenger.domain import changes, conversations
from services.messenger.domain.conversations import Document


class Delete:
    def __init__(self, change: ChangeGroup, clock: Clock) -> None:
        self._change = change
        self._clock = clock

    async def __call__(self, asker: Asker, request: DeleteGroup) -> Nothing:
        async def decide(group: Document) -> Document | None:
            if not conversations.is_there(group):
                return None
            return changes.deletion(asker.user_id, rfc3339(self._clock.now()))

        await self._change(asker, request.conversation_id, decide)
        return Nothing()
