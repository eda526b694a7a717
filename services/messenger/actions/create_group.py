"""group.create: the conversation first, then its members; all told before the answer. A request id makes it repeatable."""

from chassis.bus import Asker
from chassis.clock import Clock, new_id, rfc3339
from chassis.outbox import Outbox, entries
from contracts.limits import MEMBERS_MAX
from contracts.messenger import ConversationAnswer, CreateGroup
from services.messenger.actions.people import People
from services.messenger.actions.show_conversations import Show
from services.messenger.domain import conversations, memberships
from services.messenger.domain.conversations import Conversations, Document, invalid, not_found
from services.messenger.domain.ids import group_id, membership_id
from services.messenger.domain.memberships import Memberships


class Create:
    def __init__(
        self,
        stores: tuple[Conversations, Memberships],
        outboxes: tuple[Outbox, Outbox],
        people: People,
        show: Show,
        clock: Clock,
    ) -> None:
        """`outboxes`: of conversations, of memberships."""
        self._conversations, self._memberships = stores
        self._outbox, self._member_outbox = outboxes
        self._people = people
        self._show = show
        self._clock = clock

    async def __call__(self, asker: Asker, request: CreateGroup) -> ConversationAnswer:
        conversations.check_leads(asker.role)
        conversations.check_name(request.name)
        owner = asker.user_id or next(iter(request.member_ids), "")
        member_ids = list(dict.fromkeys([owner, *request.member_ids]))
        await check_people(self._people, member_ids)
        key = group_id(owner, request.request_id) if request.request_id else new_id("g")
        at = rfc3339(self._clock.now())
        document: Document = {
            "_id": key,
            "kind": "group",
            "name": request.name,
            "owner_id": owner,
            "member_count": len(member_ids),
            "writing_enabled": request.writing_enabled,
            "created_at": at,
            "created_by": owner,
            "last_seq": 0,
            "last_at": at,
            "last_message_id": None,
            "version": 1,
        }
        public = conversations.shown(document, member_ids)
        fact = conversations.created(document, public)
        if await self._conversations.insert({**document, "outbox": entries([fact])}):
            await self._outbox.tell([(key, [fact])])
        else:
            found = await self._conversations.get(key)
            if not conversations.is_there(found):
                raise not_found()
            assert found is not None
            document = found
        if document["version"] == 1:  # also what a process that died had left undone
            last_seq = document["last_seq"]
            added = [memberships.new(public, user_id, last_seq, owner, at) for user_id in member_ids]
            await self._memberships.insert(added)
            keys = [membership_id(key, user_id) for user_id in member_ids]
            await self._member_outbox.tell_pending(list((await self._memberships.by_ids(keys)).values()))
        membership = await self._memberships.get(key, owner)
        if membership is None:
            raise not_found()
        seen_by = Asker(user_id=owner, role=asker.role)
        return ConversationAnswer(conversation=await self._show.one(seen_by, document, membership))


async def check_people(people: People, member_ids: list[str]) -> None:
    if not 1 <= len(member_ids) <= MEMBERS_MAX:
        raise invalid("member_ids", f"1 to {MEMBERS_MAX} people.")
    users = await people.look_up(member_ids)
    if any(user_id not in users or users[user_id].disabled for user_id in member_ids):
        raise invalid("member_ids", "Not all of these people exist.")
