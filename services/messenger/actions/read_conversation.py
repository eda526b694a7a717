"""conversation.read: a marker goes forward only; the others are told before the answer."""

from chassis.bus import Asker
from chassis.clock import Clock, rfc3339
from chassis.outbox import Outbox
from contracts.messenger import ReadAnswer, ReadConversation
from services.messenger.actions.show_conversations import Show
from services.messenger.domain.conversations import are_readers_told, invalid, not_found
from services.messenger.domain.memberships import Memberships, has_read, is_member, marker_of


class Read:
    def __init__(self, show: Show, memberships: Memberships, outbox: Outbox, clock: Clock) -> None:
        self._show = show
        self._memberships = memberships
        self._outbox = outbox
        self._clock = clock

    async def __call__(self, asker: Asker, request: ReadConversation) -> ReadAnswer:
        if request.seq < 0:
            raise invalid("seq", "Not a seq.")
        key = request.conversation_id
        conversation, membership = await self._show.theirs(asker, key)
        seq = min(request.seq, conversation["last_seq"])
        marker = marker_of(membership)
        if seq > marker:
            told = are_readers_told(conversation)
            facts = [has_read(key, asker.user_id, seq, told, rfc3339(self._clock.now()))]
            is_moved = await self._memberships.read(key, asker.user_id, seq, facts)
            after = await self._memberships.get(key, asker.user_id)
            if after is None or not is_member(after):
                raise not_found()
            if is_moved:
                await self._outbox.tell_pending([after])
            marker = marker_of(after)
        unread = max(0, conversation["last_seq"] - marker)
        return ReadAnswer(conversation_id=key, read_seq=marker, unread=unread)
