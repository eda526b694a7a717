"""message.list: a page of what the asker may see, oldest first."""

import msgspec

from chassis.bus import Asker
from contracts.messenger import ListMessages, MessageList
from contracts.things import Message
from services.messenger.actions.show_conversations import Show
from services.messenger.domain import messages
from services.messenger.domain.conversations import ANSWER_BYTES_MAX, invalid, limit_of
from services.messenger.domain.messages import Messages


class ListOfMessages:
    def __init__(self, show: Show, messages: Messages) -> None:
        self._show = show
        self._messages = messages

    async def __call__(self, asker: Asker, request: ListMessages) -> MessageList:
        """A page is shorter than its limit when one answer could not carry it; never empty for that."""
        limit = limit_of(request.limit)
        for name, seq in (("before_seq", request.before_seq), ("after_seq", request.after_seq)):
            if seq is not None and not 0 <= seq < 2**53:
                raise invalid(name, "Not a seq.")
        _, membership = await self._show.theirs(asker, request.conversation_id)
        above = max(membership["from_seq"], request.after_seq or 0)
        oldest = request.after_seq is not None
        found = await self._messages.page(request.conversation_id, above, request.before_seq, limit, oldest)
        page: list[Message] = []
        size = 0
        for document in found if oldest else found[::-1]:
            message = messages.shown(document)
            size += len(msgspec.json.encode(message))
            if page and size > ANSWER_BYTES_MAX:
                break
            page.append(message)
        return MessageList(messages=page if oldest else page[::-1])
