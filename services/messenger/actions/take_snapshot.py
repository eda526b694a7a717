"""feed.snapshot: the newest conversations, the pinned and the unread ones, and what is unread in all of them."""

import msgspec

from chassis.bus import Asker
from contracts.messenger import Snapshot
from contracts.table import Nothing
from contracts.things import Unread, UnreadState
from services.messenger.actions.list_conversations import cursor_after
from services.messenger.actions.newest_conversations import in_order
from services.messenger.actions.show_conversations import Show
from services.messenger.domain.conversations import Conversations, Document
from services.messenger.domain.memberships import Memberships, marker_of
from services.messenger.domain.mute_and_pin import is_pinned

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
        counted = [_counted(memberships[last["_id"]], last) for last in lasts]
        pinned = [last["_id"] for last in lasts if is_pinned(memberships[last["_id"]])]
        newest = [last["_id"] for last in lasts[:NEWEST]]
        unread = [each.conversation_id for each in counted if each.unread]
        wanted = list(dict.fromkeys([*pinned, *newest, *unread]))[:SHOWN_MAX]
        found = await self._conversations.by_ids(wanted)
        state = UnreadState(total=sum(each.unread for each in counted), conversations=counted)
        page = [found[key] for key in wanted if key in found]
        shown = await self._show.to(asker, page, memberships, BYTES_MAX - len(msgspec.json.encode(state)))
        places = {last["_id"]: place for place, last in enumerate(lasts)}
        left_out = {document["_id"] for document in page[len(shown) :]}
        complete = next((place for place, key in enumerate(newest) if key in left_out), len(newest))
        return Snapshot(
            conversations=sorted(shown, key=lambda one: places[one.conversation_id]),
            unread=state,
            next_cursor=cursor_after(lasts[:complete]) if 0 < complete < len(lasts) else None,
        )


def _counted(membership: Document, last: Document) -> Unread:
    marker = marker_of(membership)
    return Unread(
        conversation_id=last["_id"],
        unread=max(0, last["last_seq"] - marker),
        last_seq=last["last_seq"],
        read_seq=marker,
        version=membership.get("read_version", 0),
    )
