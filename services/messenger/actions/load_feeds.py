"""feed.load: what gateways need to know of people to tell them what is theirs."""

from datetime import timedelta

from chassis.bus import Asker
from chassis.clock import Clock, rfc3339
from contracts.messenger import Feed, Feeds, LoadFeeds, Lost, Membership
from services.messenger.domain.conversations import Conversations, are_readers_told, invalid
from services.messenger.domain.memberships import Memberships, is_member, marker_of

USERS_MAX = 100
MEMBERSHIPS_MAX = 5_000
LOST_FOR = timedelta(days=3)


class Load:
    def __init__(self, conversations: Conversations, memberships: Memberships, clock: Clock) -> None:
        self._conversations = conversations
        self._memberships = memberships
        self._clock = clock

    async def __call__(self, _: Asker, request: LoadFeeds) -> Feeds:
        user_ids = list(dict.fromkeys(request.user_ids))
        if len(user_ids) > USERS_MAX:
            raise invalid("user_ids", f"At most {USERS_MAX} people.")
        counts = await self._memberships.counts(user_ids)
        size, now = 0, 0
        for user_id in user_ids:
            size += counts.get(user_id, 0)
            if now and size > MEMBERSHIPS_MAX:
                break
            now += 1
        since = rfc3339(self._clock.now() - LOST_FOR)
        found = await self._memberships.of_users(user_ids[:now], since)
        known = await self._conversations.by_ids(list({m["conversation_id"] for m in found}))
        here: dict[str, list[Membership]] = {user_id: [] for user_id in user_ids[:now]}
        lost: dict[str, list[Lost]] = {user_id: [] for user_id in user_ids[:now]}
        for membership in found:
            key, user_id = membership["conversation_id"], membership["user_id"]
            conversation = known.get(key)
            if conversation is None:
                continue
            deleted_at = conversation.get("deleted_at")
            if deleted_at:
                if deleted_at >= since:
                    lost[user_id].append(Lost(conversation_id=key, reason="deleted"))
            elif is_member(membership):
                here[user_id].append(
                    Membership(
                        conversation_id=key,
                        from_seq=membership["from_seq"],
                        read_seq=marker_of(membership),
                        last_seq=conversation["last_seq"],
                        readers_told=are_readers_told(conversation),
                    )
                )
            else:
                lost[user_id].append(Lost(conversation_id=key, reason=membership["left_reason"]))
        feeds = [Feed(user_id=user_id, memberships=here[user_id], lost=lost[user_id]) for user_id in user_ids[:now]]
        return Feeds(feeds=feeds, rest=user_ids[now:])
