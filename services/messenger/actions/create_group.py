"""group.create: the group with its members as its first change. A request id makes it repeatable."""

from chassis.bus import Asker
from chassis.clock import Clock, new_id, rfc3339
from contracts.messenger import ConversationAnswer, CreateGroup
from services.messenger.actions.admit_people import AdmitPeople
from services.messenger.actions.change_group import ChangeGroup
from services.messenger.actions.finish_change import FinishChange
from services.messenger.actions.show_conversations import Show
from services.messenger.domain import changes, conversations
from services.messenger.domain.conversations import Conversations, Document
from services.messenger.domain.ids import group_id


class Create:
    def __init__(
        self,
        conversations: Conversations,
        change: ChangeGroup,
        finish: FinishChange,
        admit: AdmitPeople,
        show: Show,
        clock: Clock,
    ) -> None:
        self._conversations = conversations
        self._change = change
        self._finish = finish
        self._admit = admit
        self._show = show
        self._clock = clock

    async def __call__(self, asker: Asker, request: CreateGroup) -> ConversationAnswer:
        conversations.check_leads(asker.role)
        conversations.check_name(request.name)
        conversations.check_history(request.history)
        owner = asker.user_id or next(iter(request.member_ids), "")
        member_ids = list(dict.fromkeys([owner, *request.member_ids]))
        key = group_id(owner, request.request_id) if request.request_id else new_id("g")
        if not request.request_id or await self._conversations.get(key) is None:
            await self._admit(member_ids, len(member_ids))
            document = self._document(key, owner, member_ids, request)
            if await self._conversations.insert(document):
                await self._finish(document)
        group = await self._change.settled(key)
        if not conversations.is_there(group):
            raise conversations.not_found()
        return ConversationAnswer(conversation=await self._show.seen(Asker(user_id=owner, role=asker.role), group))

    def _document(self, key: str, owner: str, member_ids: list[str], request: CreateGroup) -> Document:
        at = rfc3339(self._clock.now())
        return {
            "_id": key,
            "kind": "group",
            "name": request.name,
            "owner_id": owner,
            "member_count": len(member_ids),
            "writing_enabled": request.writing_enabled,
            "history": request.history,
            "created_at": at,
            "created_by": owner,
            "last_seq": 0,
            "last_at": at,
            "last_message_id": None,
            "version": 0,
            "change": changes.creation(member_ids, owner, at),
            "outbox": [],
        }
