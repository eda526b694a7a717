"""The one way a message changes: decided on what the change before left, remembered with what is to be told of it."""

import asyncio
from collections.abc import Callable

from chassis.bus import Asker
from chassis.clock import monotonic
from chassis.outbox import Outbox
from chassis.tasks import Tasks
from contracts.messenger import MessageAnswer
from contracts.refusals import Refused, unavailable
from services.messenger.actions.show_conversations import Show
from services.messenger.domain import messages, revisions
from services.messenger.domain.conversations import invalid
from services.messenger.domain.messages import Document, Messages, Unsure

TRIED_FOR_S = 0.7
"""Less than the 0.8 s after which another replica is asked as well."""
PAUSE_S = 0.005

Decide = Callable[[Document, Document], Document | None]


class ReviseMessage:
    def __init__(self, show: Show, messages: Messages, outbox: Outbox, tasks: Tasks) -> None:
        """`outbox`: of messages."""
        self._show = show
        self._messages = messages
        self._outbox = outbox
        self._tasks = tasks

    async def __call__(
        self, asker: Asker, conversation_id: str, seq: int, decide: Decide, *, everywhere: bool = False
    ) -> MessageAnswer:
        """`everywhere`: also where the asker does not belong. `decide` gives the fields that change of the message (its
        second argument, after the conversation), or None where nothing is to be done, and is called again when another was
        first. Raises Refused."""
        if not 1 <= seq < 2**53:
            raise invalid("seq", "Not the seq of a message.")
        until = monotonic() + TRIED_FOR_S
        conversation = await self._place(asker, conversation_id, seq, everywhere=everywhere)
        while True:
            message = await self._messages.at(conversation_id, seq)
            if message is None:
                raise revisions.not_found()
            fields = decide(conversation, message)
            if fields is None:
                return MessageAnswer(message=messages.shown(message))
            if monotonic() > until:  # it may be done elsewhere by now, and changed again since
                raise unavailable("The message")
            after = {**message, **fields}
            if await self._revise(message, fields, after, asker.user_id):
                return MessageAnswer(message=messages.shown(after))
            if monotonic() > until:
                raise Refused("conflict", "The message is being changed by others.")
            await asyncio.sleep(PAUSE_S)

    async def _place(self, asker: Asker, conversation_id: str, seq: int, *, everywhere: bool) -> Document:
        """The conversation, where there is such a message for the asker. Raises `not_found`."""
        if everywhere:
            return await self._show.anyones(conversation_id)
        conversation, membership = await self._show.theirs(asker, conversation_id)
        if seq <= membership["from_seq"]:
            raise revisions.not_found()
        return conversation

    async def _revise(self, message: Document, fields: Document, after: Document, by: str) -> bool:
        try:
            untold = await self._messages.revise(message, fields, revisions.told(after, by))
        except Unsure:
            raise unavailable("A store") from None
        if untold is None:
            return False
        # with whatever is not told of it yet: after `sent`, and one after the other
        self._tasks.brief("message.tell", self._outbox.tell_pending([untold]))
        return True
