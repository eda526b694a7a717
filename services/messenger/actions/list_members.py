"""member.list: who belongs and, for members, how far each has read; by id, a page at a time."""

from chassis.bus import Asker
from contracts.messenger import ListMembers, MemberList
from services.messenger.actions.show_conversations import Show
from services.messenger.domain.conversations import limit_of
from services.messenger.domain.memberships import Memberships, reader_of
from services.messenger.domain.pages import cursor_of, parts_of


class ListOfMembers:
    def __init__(self, show: Show, memberships: Memberships) -> None:
        self._show = show
        self._memberships = memberships

    async def __call__(self, asker: Asker, request: ListMembers) -> MemberList:
        limit = limit_of(request.limit)
        after = parts_of(request.cursor, 1)[0] if request.cursor is not None else ""
        is_theirs = await self._show.membered(asker, request.conversation_id)
        found = await self._memberships.readers(request.conversation_id, after, limit + 1)
        page = [reader_of(membership) for membership in found[:limit]]
        return MemberList(
            member_ids=[reader.user_id for reader in page],
            next_cursor=cursor_of(page[-1].user_id) if len(found) > limit else None,
            readers=page if is_theirs else None,
        )
