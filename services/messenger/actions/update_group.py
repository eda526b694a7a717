"""group.update: name, who writes, who belongs. Members first, then the group with its count; repeatable after a death."""

from chassis.bus import Asker, Fact
from chassis.clock import Clock, rfc3339
from chassis.outbox import Outbox
from contracts.limits import MEMBERS_MAX
from contracts.messenger import ConversationAnswer, UpdateGroup
from contracts.refusals import Refused
from contracts.things import Conversation
from services.messenger.actions.create_group import check_people
from services.messenger.actions.people import People
from services.messenger.actions.show_conversations import Show
from services.messenger.domain import conversations, memberships
from services.messenger.domain.conversations import Conversations, Document, not_found
from services.messenger.domain.ids import membership_id
from services.messenger.domain.memberships import Memberships, is_member

TRIES = 10


class Update:
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

    async def __call__(self, asker: Asker, request: UpdateGroup) -> ConversationAnswer:
        group = await self._group(asker, request.conversation_id)
        if request.name is not None:
            conversations.check_name(request.name)
        if request.member_ids is not None:
            wanted = list(dict.fromkeys([group["owner_id"], *request.member_ids]))
            now = await self._memberships.member_ids(group["_id"])
            if new := [user_id for user_id in wanted if user_id not in set(now)]:
                await check_people(self._people, new)
            if len(wanted) > MEMBERS_MAX:
                raise conversations.invalid("member_ids", f"At most {MEMBERS_MAX} people.")
            await self._change_members(asker, group, now, wanted)
        for _ in range(TRIES):
            group = await self._group(asker, request.conversation_id)
            if changed := await self._change(group, request):
                return ConversationAnswer(conversation=await self._seen(asker, changed))
        raise Refused("conflict", "The group is being changed by others.")

    async def _group(self, asker: Asker, key: str) -> Document:
        group = await self._conversations.get(key)
        if not conversations.is_there(group) or group is None or group["kind"] != "group":
            raise not_found()
        if asker.user_id != group["owner_id"]:
            conversations.check_leads(asker.role)
        return group

    async def _change_members(self, asker: Asker, group: Document, now: list[str], wanted: list[str]) -> None:
        key, at = group["_id"], rfc3339(self._clock.now())
        public = conversations.shown({**group, "member_count": len(wanted)}, wanted)
        keys = [membership_id(key, user_id) for user_id in {*now, *wanted}]
        found = await self._memberships.by_ids(keys)
        new, again, gone = [], [], {}
        for user_id in sorted(set(wanted) - set(now)):
            before = found.get(membership_id(key, user_id))
            joins = 1 if before is None else before["joins"] + 1
            document = memberships.new(public, user_id, group["last_seq"], asker.user_id, at, joins)
            if before is None:
                new.append(document)
            else:
                added = memberships.added(public, user_id, group["last_seq"], asker.user_id, at, joins)
                again.append((document, [added]))
        for user_id in sorted(set(now) - set(wanted)):
            joins = found[membership_id(key, user_id)]["joins"]
            facts = [memberships.removed(public, user_id, asker.user_id, at, joins)]
            gone[membership_id(key, user_id)] = facts
        if new:
            await self._memberships.insert(new)
        if again:
            await self._memberships.join_again(again)
        if gone:
            await self._memberships.leave(list(gone), at, gone)
        touched = await self._memberships.by_ids([*(d["_id"] for d in new), *(d["_id"] for d, _ in again), *gone])
        await self._member_outbox.tell_pending(list(touched.values()))

    async def _change(self, group: Document, request: UpdateGroup) -> Document | None:
        fields: Document = {"member_count": await self._memberships.count(group["_id"])}
        if request.name is not None:
            fields["name"] = request.name
        if request.writing_enabled is not None:
            fields["writing_enabled"] = request.writing_enabled
        changed = {**group, **fields, "version": group["version"] + 1}
        public: Conversation = await self._show.public(changed)
        facts: list[Fact] = [conversations.updated(changed, public, rfc3339(self._clock.now()))]
        if not await self._conversations.change(group["_id"], group["version"], fields, facts):
            return None
        await self._outbox.tell([(group["_id"], facts)])
        return changed

    async def _seen(self, asker: Asker, group: Document) -> Conversation:
        membership = await self._memberships.get(group["_id"], asker.user_id)
        if membership is None or not is_member(membership):
            return await self._show.public(group)
        return await self._show.one(asker, group, membership)
