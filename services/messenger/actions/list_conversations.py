"""conversation.list: newest first, a page at a time."""

from chassis.bus import Asker
from contracts.messenger import ConversationList, ListConversations
from services.messenger.actions.show_conversations import Show
from services.messenger.domain.conversations import Conversations, Document, limit_of
from services.messenger.domain.memberships import Memberships
from services.messenger.domain.pages import cursor_of, parts_of


class ListOfConversations:
    def __init__(self, show: Show, conversations: Conversations, memberships: Memberships) -> None:
        self._show = show
        self._conversations = conversations
        self._memberships = memberships

    async def __call__(self, asker: Asker, request: ListConversations) -> ConversationList:
        limit = limit_of(request.limit)
        after = parts_of(request.cursor, 2) if request.cursor else None
        memberships = {m["conversation_id"]: m for m in await self._memberships.of_user(asker.user_id)}
        lasts = in_order(await self._conversations.lasts(list(memberships)))
        if after is not None:
            at, key = after
            lasts = [last for last in lasts if last["last_at"] < at or (last["last_at"] == at and last["_id"] > key)]
        found = await self._conversations.by_ids([last["_id"] for last in lasts[:limit]])
        page = [last for last in lasts[:limit] if last["_id"] in found]
        shown = await self._show.to(asker, [found[last["_id"]] for last in page], memberships)
        page = page[: len(shown)]
        return ConversationList(
            conversations=shown, next_cursor=cursor_after(page) if page and len(lasts) > len(page) else None
        )


def in_order(lasts: list[Document]) -> list[Document]:
    by_id = sorted(lasts, key=lambda last: str(last["_id"]))
    return sorted(by_id, key=lambda last: str(last["last_at"]), reverse=True)


def cursor_after(page: list[Document]) -> str:
    return cursor_of(page[-1]["last_at"], page[-1]["_id"])
