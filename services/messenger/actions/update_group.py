"""group.update: name, who writes, who belongs, what those added see. What is so already is no change, and told to nobody."""

from chassis.bus import Asker
from chassis.clock import Clock, rfc3339
from contracts.messenger import ConversationAnswer, UpdateGroup
from services.messenger.actions.admit_people import AdmitPeople
from services.messenger.actions.change_group import ChangeGroup
from services.messenger.actions.show_conversations import Show
from services.messenger.domain import changes, conversations
from services.messenger.domain.conversations import Document
from services.messenger.domain.memberships import Memberships


class Update:
    def __init__(
        self, memberships: Memberships, change: ChangeGroup, admit: AdmitPeople, show: Show, clock: Clock
    ) -> None:
        self._memberships = memberships
        self._change = change
        self._admit = admit
        self._show = show
        self._clock = clock

    async def __call__(self, asker: Asker, request: UpdateGroup) -> ConversationAnswer:
        if request.name is not None:
            conversations.check_name(request.name)
        if request.history is not None:
            conversations.check_history(request.history)
        admitted: set[str] = set()

        async def decide(group: Document) -> Document | None:
            if not conversations.is_there(group):
                raise conversations.not_found()
            named = {name: getattr(request, name) for name in ("name", "writing_enabled", "history")}
            wanted: Document = {name: value for name, value in named.items() if value is not None}
            now: list[str] = []
            members: list[str] = []
            if request.member_ids is not None:
                members = list(dict.fromkeys([group["owner_id"], *request.member_ids]))
                now = await self._memberships.member_ids(group["_id"])
                await self._admit(set(members) - set(now) - admitted, len(members))
                admitted.update(members)
                wanted["member_count"] = len(members)
            change = changes.update(group, wanted, now, members, asker.user_id, rfc3339(self._clock.now()))
            return change if change["fields"] or change["joining"] else None

        group = await self._change(asker, request.conversation_id, decide)
        return ConversationAnswer(conversation=await self._show.seen(asker, group))
