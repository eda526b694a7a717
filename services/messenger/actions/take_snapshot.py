"""feed.snapshot: the newest conversations, the unread ones, and what is unread in all of them."""

import msgspec

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
BYTES_MAX = 960 * 1024
"""What one answer can carry, of the 1 MiB of NATS. What is left out comes with the pages after `next_cursor`."""


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
            membership, last_seq = memberships[last["_id"]], last["last_seq"]
            marker = marker_of(membership)
            behind = max(0, last_seq - marker)
            counted.append(
                Unread(
                    conversation_id=last["_id"],
                    unread=behind,
                    last_seq=last_seq,
                    read_seq=marker,
                    version=membership.get("read_version", 0),
                )
            )
            if behind and place >= NEWEST and len(shown_ids) < SHOWN_MAX:
                shown_ids.append(last["_id"])
        found = await self._conversations.by_ids(shown_ids)
        unread = UnreadState(total=sum(one.unread for one in counted), conversations=counted)
        page = [found[key] for key in shown_ids if key in found]
        shown = await self._show.to(asker, page, memberships, BYTES_MAX - len(msgspec.json.encode(unread)))
        newest = lasts[: min(NEWEST, len(shown))]
        return Snapshot(
            conversations=shown,
            unread=unread,
            next_cursor=cursor_after(newest) if newest and len(lasts) > len(newest) else None,
        )
