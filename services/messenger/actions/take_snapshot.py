"""feed.snapshot: the newest conversations, every unread one, and what is unread in all of them."""

from chassis.bus import Asker
from contracts.messenger import Snapshot
from contracts.table import Nothing
from contracts.things import Unread, UnreadState
from services.messenger.actions.list_conversations import cursor_after, in_order
from services.messenger.actions.show_conversations import Show
from services.messenger.domain.conversations import Conversations
from services.messenger.domain.memberships import Memberships, marker_of

NEWEST = 100
SHOWN_MAX = 1_000
COUNTED_MAX = 2_000
"""What one answer can carry. Unread ones come before others."""


class Take:
    def __init__(self, show: Show, conversations: Conversations, memberships: Memberships) -> None:
        self._show = show
        self._conversations = conversations
        self._memberships = memberships

    async def __call__(self, asker: Asker, _: Nothing) -> Snapshot:
        memberships = {m["conversation_id"]: m for m in await self._memberships.of_user(asker.user_id)}
        lasts = in_order(await self._conversations.lasts(list(memberships)))
        shown_ids = [last["_id"] for last in lasts[:NEWEST]]
        counted = []
        for place, last in enumerate(lasts):
            marker = marker_of(memberships[last["_id"]])
            unread = max(0, last["last_seq"] - marker)
            counted.append(
                Unread(conversation_id=last["_id"], unread=unread, last_seq=last["last_seq"], read_seq=marker)
            )
            if unread and place >= NEWEST and len(shown_ids) < SHOWN_MAX:
                shown_ids.append(last["_id"])
        found = await self._conversations.by_ids(shown_ids)
        shown = await self._show.to(asker, [found[key] for key in shown_ids if key in found], memberships)
        total = sum(one.unread for one in counted)
        counted.sort(key=lambda one: one.unread == 0)  # stable: newest first among each
        return Snapshot(
            conversations=shown,
            unread=UnreadState(total=total, conversations=counted[:COUNTED_MAX]),
            next_cursor=cursor_after(lasts[:NEWEST]) if len(lasts) > NEWEST else None,
        )
