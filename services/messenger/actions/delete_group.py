"""group.delete: from then on there is nothing there for anyone. Repeatable."""

from chassis.bus import Asker
from chassis.clock import Clock, rfc3339
from chassis.outbox import Outbox
from contracts.messenger import DeleteGroup
from contracts.refusals import Refused
from contracts.table import Nothing
from services.messenger.actions.show_conversations import Show
from services.messenger.domain import conversations
from services.messenger.domain.conversations import Conversations

TRIES = 10


class Delete:
    def __init__(self, conversations: Conversations, outbox: Outbox, show: Show, clock: Clock) -> None:
        self._conversations = conversations
        self._outbox = outbox
        self._show = show
        self._clock = clock

    async def __call__(self, asker: Asker, request: DeleteGroup) -> Nothing:
        key = request.conversation_id
        for _ in range(TRIES):
            group = await self._conversations.get(key)
            if group is None or group["kind"] != "group":
                raise conversations.not_found()
            if asker.user_id != group["owner_id"]:
                conversations.check_leads(asker.role)
            if not conversations.is_there(group):
                return Nothing()
            at = rfc3339(self._clock.now())
            facts = [conversations.deleted(group, await self._show.public(group), at)]
            if await self._conversations.change(key, group["version"], {"deleted_at": at}, facts):
                await self._outbox.tell([(key, facts)])
                return Nothing()
        raise Refused("conflict", "The group is being changed by others.")
