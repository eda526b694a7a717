"""member.behind: who has missed something of a conversation, for a part that tells them; a page at a time, by id."""

from chassis.bus import Asker
from contracts.messenger import Behind, ListBehind
from services.messenger.actions.show_conversations import Show
from services.messenger.domain.memberships import Memberships
from services.messenger.domain.pages import cursor_of, parts_of

PAGE = 2_000


class ListOfThoseBehind:
    def __init__(self, show: Show, memberships: Memberships) -> None:
        self._show = show
        self._memberships = memberships

    async def __call__(self, _: Asker, request: ListBehind) -> Behind:
        after = parts_of(request.cursor, 1)[0] if request.cursor is not None else ""
        await self._show.anyones(request.conversation_id)
        found = await self._memberships.behind(request.conversation_id, request.seq, after, PAGE + 1)
        page = found[:PAGE]
        return Behind(user_ids=page, next_cursor=cursor_of(page[-1]) if len(found) > PAGE else None)
