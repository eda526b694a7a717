"""conversation.list: newest first, a page at a time."""

from chassis.bus import Asker
from contracts.messenger import ConversationList, ListConversations
from services.messenger.actions.newest_conversations import Newest
from services.messenger.actions.show_conversations import Show
from services.messenger.domain.conversations import Document, Place, limit_of, place_of
from services.messenger.domain.pages import cursor_of, parts_of


class ListOfConversations:
    def __init__(self, show: Show, newest: Newest) -> None:
        self._show = show
        self._newest = newest

    async def __call__(self, asker: Asker, request: ListConversations) -> ConversationList:
        limit = limit_of(request.limit)
        after = Place(*parts_of(request.cursor, 2)) if request.cursor is not None else None
        found, memberships = await self._newest(asker.user_id, after, limit + 1)
        shown = await self._show.to(asker, found[:limit], memberships)
        page = found[: len(shown)]
        return ConversationList(conversations=shown, next_cursor=cursor_after(page) if len(found) > len(page) else None)


def cursor_after(page: list[Document]) -> str:
    return cursor_of(*place_of(page[-1]))
