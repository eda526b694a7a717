"""Conversations as one person sees them: names of others, markers, last messages. One look-up per page."""

from collections.abc import Mapping, Sequence

import msgspec

from chassis.bus import Asker
from contracts.limits import MEMBERS_LISTED_MAX
from contracts.refusals import Refused
from contracts.things import Conversation, Message
from services.messenger.actions.people import People
from services.messenger.domain import conversations, messages
from services.messenger.domain.conversations import ANSWER_BYTES_MAX, Conversations, Document
from services.messenger.domain.memberships import Memberships, is_member
from services.messenger.domain.messages import Messages


class Show:
    def __init__(
        self, conversations: Conversations, memberships: Memberships, messages: Messages, people: People
    ) -> None:
        self._conversations = conversations
        self._memberships = memberships
        self._messages = messages
        self._people = people

    async def theirs(self, asker: Asker, conversation_id: str) -> tuple[Document, Document]:
        """The conversation and their membership; the only way to one. Raises `not_found`."""
        conversation = await self._conversations.get(conversation_id)
        membership = await self._memberships.get(conversation_id, asker.user_id)
        if not conversations.is_there(conversation) or not is_member(membership):
            raise conversations.not_found()
        assert conversation is not None
        assert membership is not None
        return conversation, membership

    async def public(self, conversation: Document) -> Conversation:
        member_ids = None
        if conversation["member_count"] <= MEMBERS_LISTED_MAX:
            member_ids = await self._memberships.member_ids(conversation["_id"])
        return conversations.shown(conversation, member_ids)

    async def to(
        self, asker: Asker, page: Sequence[Document], memberships: Mapping[str, Document]
    ) -> list[Conversation]:
        """`memberships` of the asker, by conversation. Last messages are left out beyond what one answer can carry."""
        small = [c["_id"] for c in page if c["member_count"] <= MEMBERS_LISTED_MAX]
        listed = await self._memberships.listed(small) if small else {}
        last_ids = [c["last_message_id"] for c in page if c.get("last_message_id")]
        lasts = await self._messages.by_ids(last_ids) if last_ids else {}
        others = {
            c["_id"]: next((m for m in listed.get(c["_id"], ()) if m != asker.user_id), None)
            for c in page
            if c["kind"] == "direct"
        }
        names = await self._names({other for other in others.values() if other})
        shown, size = [], 0
        for conversation in page:
            key = conversation["_id"]
            membership = memberships[key]
            last = self._last(lasts.get(conversation.get("last_message_id") or ""), membership)
            size += len(msgspec.json.encode(last)) if last else 0
            public = conversations.shown(conversation, listed.get(key), last if size <= ANSWER_BYTES_MAX else None)
            name = names.get(others[key] or "") if key in others else conversation["name"]
            shown.append(conversations.shown_to(public, conversation, membership, asker.role, name))
        return shown

    async def one(self, asker: Asker, conversation: Document, membership: Document) -> Conversation:
        return (await self.to(asker, [conversation], {conversation["_id"]: membership}))[0]

    async def _names(self, user_ids: set[str]) -> dict[str, str]:
        if not user_ids:
            return {}
        try:
            return {key: user.name for key, user in (await self._people.look_up(user_ids)).items()}
        except Refused:
            return {}  # without auth there are no names; what was said is still there

    def _last(self, document: Document | None, membership: Document) -> Message | None:
        if document is None or document["seq"] <= membership["from_seq"]:
            return None
        return messages.shown(document)
