"""message.send: to a conversation, or to a person, with whom the direct conversation is made at the first message."""

import asyncio

from chassis.bus import Asker
from chassis.clock import Clock, rfc3339
from chassis.outbox import Outbox
from contracts.limits import is_id
from contracts.messenger import MessageAnswer, SendMessage
from contracts.refusals import unavailable
from services.messenger.actions.commit_messages import CommitMessages, Pending
from services.messenger.actions.people import People
from services.messenger.domain import conversations, memberships, messages
from services.messenger.domain.conversations import Conversations, Document
from services.messenger.domain.ids import direct_id, membership_id, message_id
from services.messenger.domain.memberships import Memberships

MADE_MAX = 50_000


class Send:
    def __init__(
        self,
        stores: tuple[Conversations, Memberships],
        outbox: Outbox,
        people: People,
        commit: CommitMessages,
        clock: Clock,
    ) -> None:
        """`outbox`: of memberships."""
        self._conversations, self._memberships = stores
        self._outbox = outbox
        self._people = people
        self._commit = commit
        self._clock = clock
        self._made: set[str] = set()

    async def __call__(self, asker: Asker, request: SendMessage) -> MessageAnswer:
        messages.check(request)
        to, sender = request.to, asker.user_id
        if not is_id(to.conversation_id or to.user_id or "") or not is_id(sender):
            raise conversations.not_found()
        key = to.conversation_id or await self._direct(sender, to.user_id or "")
        message = await self._commit(
            Pending(
                asker=asker,
                message_id=message_id(key, sender, request.client_message_id),
                conversation_id=key,
                client_message_id=request.client_message_id,
                text=request.text,
                reply_to_seq=request.reply_to_seq,
            )
        )
        return MessageAnswer(message=message)

    async def _direct(self, sender: str, other: str) -> str:
        if sender == other:
            raise conversations.invalid("to", "Nobody writes to themselves.")
        key = direct_id(sender, other)
        if key in self._made:
            return key
        both = sorted((sender, other))
        keys = [membership_id(key, user_id) for user_id in both]
        conversation, found = await asyncio.gather(self._conversations.get(key), self._memberships.by_ids(keys))
        if conversation is None:
            users = await self._people.look_up([other])
            if other not in users or users[other].disabled:
                raise conversations.not_found()
        if len(found) < len(both):
            memberships.check_room(await self._memberships.counts(both))
            await self._make(key, both, sender)
        if len(self._made) >= MADE_MAX:
            self._made.clear()
        self._made.add(key)
        return key

    async def _make(self, key: str, both: list[str], sender: str) -> None:
        at = rfc3339(self._clock.now())
        document: Document = {
            "_id": key,
            "kind": "direct",
            "pair": both,
            "name": None,
            "owner_id": None,
            "member_count": 2,
            "writing_enabled": True,
            "created_at": at,
            "created_by": sender,
            "last_seq": 0,
            "last_at": at,
            "last_message_id": None,
            "version": 1,
            "outbox": [],
        }
        await self._conversations.insert(document)
        public = conversations.shown(document, both)
        added = [memberships.new(public, user_id, 0, sender, at) for user_id in both]
        await self._memberships.insert(added)
        # also those that another replica has just written: whoever sends first has told both
        keys = [membership_id(key, user_id) for user_id in both]
        await self._outbox.tell_pending(list((await self._memberships.by_ids(keys)).values()))
        after = await self._memberships.by_ids(keys)
        if any(map(memberships.is_addition_pending, after.values())):
            raise unavailable("The stream")
