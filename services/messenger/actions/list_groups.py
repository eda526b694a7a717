"""group.list: every group there is, what was said in last first, a page at a time."""

from chassis.bus import Asker
from contracts.messenger import GroupList, ListGroups
from services.messenger.domain.conversations import (
    Conversations,
    Document,
    Place,
    check_administers,
    is_there,
    limit_of,
    listed,
    place_of,
)
from services.messenger.domain.pages import cursor_of, parts_of
from services.messenger.domain.words import fold

WALK = 200
WALKED_MAX = 2_000
"""Of groups in one ask, whatever they are called: whoever asks goes on with the cursor."""


class ListOfGroups:
    def __init__(self, conversations: Conversations) -> None:
        self._conversations = conversations

    async def __call__(self, asker: Asker, request: ListGroups) -> GroupList:
        check_administers(asker.role)
        limit = limit_of(request.limit)
        place = Place(*parts_of(request.cursor, 2)) if request.cursor is not None else None
        sought = fold(request.q or "").strip()
        found: list[Document] = []
        for _ in range(0, WALKED_MAX, WALK):
            groups = await self._conversations.whole_groups(place, WALK)
            for group in groups:
                place = place_of(group)
                if is_there(group) and group["version"] > 0 and sought in fold(group["name"]):
                    found.append(group)
                    if len(found) == limit:
                        return _page(found, place)
            if len(groups) < WALK:
                return _page(found, None)
        return _page(found, place)


def _page(found: list[Document], place: Place | None) -> GroupList:
    return GroupList(groups=list(map(listed, found)), next_cursor=cursor_of(*place) if place else None)
