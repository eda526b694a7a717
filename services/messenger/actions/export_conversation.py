"""conversation.export: all that was said in a conversation, part by part, for an admin. It is in the audit trail before the first
part is given, or is not given."""

import msgspec

from chassis.bus import Asker, Bus
from contracts.auth import NoteExport
from contracts.everything import ASKS
from contracts.messenger import Export, ExportConversation
from contracts.refusals import Refused
from contracts.table import ADMINS
from contracts.things import Message
from services.messenger.actions.people import People
from services.messenger.actions.show_conversations import Show
from services.messenger.domain import conversations, messages
from services.messenger.domain.conversations import ANSWER_BYTES_MAX, invalid
from services.messenger.domain.messages import Messages

PART = 500
FORMATS = ("json", "csv")


class ExportOne:
    def __init__(self, show: Show, messages: Messages, people: People, bus: Bus) -> None:
        self._show = show
        self._messages = messages
        self._people = people
        self._bus = bus

    async def __call__(self, asker: Asker, request: ExportConversation) -> Export:
        if asker.role not in ADMINS:
            raise Refused("forbidden", "Exports are for administrators.")
        if request.format not in FORMATS:
            raise invalid("format", "json or csv.")
        if not 0 <= request.after_seq < 2**53:
            raise invalid("after_seq", "Not a seq.")
        conversation = await self._show.anyones(request.conversation_id)
        if not request.after_seq:
            noted = NoteExport(conversation_id=request.conversation_id, format=request.format)
            await self._bus.ask(ASKS["audit.note_export"], noted, asker)
        found = await self._messages.page(request.conversation_id, request.after_seq, None, PART, True)
        part = _that_fit([messages.shown(document) for document in found])
        is_last = len(part) == len(found) < PART
        return Export(
            conversation=conversations.shown(conversation),
            messages=part,
            names=await self._people.names({one.sender_id for one in part}),
            next_after_seq=None if is_last or not part else part[-1].seq,
        )


def _that_fit(found: list[Message]) -> list[Message]:
    """Into one answer, at least one."""
    size = 0
    for place, one in enumerate(found):
        size += len(msgspec.json.encode(one))
        if place and size > ANSWER_BYTES_MAX:
            return found[:place]
    return found
