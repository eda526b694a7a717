"""feed.load: what gateways need to know of people to tell them what is theirs."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from chassis.bus import Asker
from chassis.clock import Clock, rfc3339
from contracts.messenger import Feed, Feeds, LoadFeeds, Lost, Membership
from services.messenger.domain.conversations import Conversations, invalid
from services.messenger.domain.memberships import Memberships, is_addition_pending, is_member, marker_of

USERS_MAX = 100
PLACES_MAX = 5_000
"""Read for one answer, unless one person has more."""
LOST_MAX = 2_500
"""Of one person, the newest."""
BYTES_MAX = 960 * 1024
"""What one answer can carry, of the 1 MiB of NATS: more than one person can have."""


class Load:
    def __init__(
        self,
        conversations: Conversations,
        memberships: Memberships,
        clock: Clock,
        kept_for: timedelta,
        *,
        edit_window: timedelta,
        delete_window: timedelta,
    ) -> None:
        """`kept_for`: how long a lost group is remembered. The windows are told to clients."""
        self._conversations = conversations
        self._memberships = memberships
        self._clock = clock
        self._kept_for = kept_for
        self._edit_window = edit_window
        self._delete_window = delete_window

    async def __call__(self, _: Asker, request: LoadFeeds) -> Feeds:
        user_ids = list(dict.fromkeys(request.user_ids))
        if len(user_ids) > USERS_MAX:
            raise invalid("user_ids", f"At most {USERS_MAX} people.")
        since = rfc3339(self._clock.now() - self._kept_for)
        now = _first(user_ids, await self._memberships.counts(user_ids, since), PLACES_MAX)
        found = await self._memberships.of_users(user_ids[:now], since, LOST_MAX)
        known = await self._conversations.by_ids(list({m["conversation_id"] for m in found}))
        feeds = {user_id: Feed(user_id=user_id, memberships=[], lost=[]) for user_id in user_ids[:now]}
        for membership in found:
            if conversation := known.get(membership["conversation_id"]):
                _add(feeds[membership["user_id"]], membership, conversation, since)
        now = _first(user_ids[:now], {key: len(msgspec.json.encode(feed)) for key, feed in feeds.items()}, BYTES_MAX)
        return Feeds(
            feeds=[feeds[user_id] for user_id in user_ids[:now]],
            rest=user_ids[now:],
            edit_window_s=int(self._edit_window.total_seconds()),
            delete_window_s=int(self._delete_window.total_seconds()),
        )


def _first(user_ids: Sequence[str], sizes: Mapping[str, int], size_max: int) -> int:
    """How many of them go together; at least one."""
    size = 0
    for place, user_id in enumerate(user_ids):
        size += sizes.get(user_id, 0)
        if place and size > size_max:
            return place
    return len(user_ids)


def _add(feed: Feed, membership: Mapping[str, Any], conversation: Mapping[str, Any], since: str) -> None:
    key, deleted_at = conversation["_id"], conversation.get("deleted_at")
    if not is_member(membership):
        feed.lost.append(Lost(conversation_id=key, reason=membership["left_reason"]))
    elif deleted_at:
        if deleted_at >= since:
            feed.lost.append(Lost(conversation_id=key, reason="deleted"))
    else:
        feed.memberships.append(
            Membership(
                conversation_id=key,
                from_seq=membership["from_seq"],
                read_seq=marker_of(membership),
                last_seq=conversation["last_seq"],
                read_version=membership.get("read_version", 0),
                sent_above=membership.get("sent_above", 0),
                is_new=is_addition_pending(membership),
            )
        )
