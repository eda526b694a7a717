"""Noting that an admin is about to be given all that was said in a conversation. Who is no such admin any more is refused."""

from dataclasses import dataclass

from chassis.bus import Asker
from contracts.auth import NoteExport as Request
from contracts.limits import is_id
from contracts.refusals import Refused
from contracts.table import ADMINS, Nothing
from services.auth.actions.remember import Remember

ACTION = "conversation.export"


@dataclass(frozen=True)
class NoteExport:
    remember: Remember

    async def __call__(self, asker: Asker, request: Request) -> Nothing:
        if asker.role not in ADMINS or not asker.user_id:
            raise Refused("forbidden", "Exports are for administrators.")
        if not is_id(request.conversation_id):
            raise Refused("not_found", "There is no such conversation.")
        detail = {"conversation_id": request.conversation_id, "format": request.format}
        await self.remember(asker, ACTION, detail=detail)
        return Nothing()
