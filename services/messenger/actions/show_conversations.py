"""Conversations as one person sees them: names of others, markers, last messages. One look-up per page."""

from collections.abc import Mapping, Sequence

import msgspec

from chassis.bus import Asker
from contracts.limits import MEMBERS_LISTED_MAX
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
        conversation = await self.anyones(conversation_id)
        membership = await self._memberships.get(conversation_id, asker.user_id)
        if not is_member(membership):
            raise conversations.not_found()
        assert membership is not None
        return conversation, membership

    async def membered(self, asker: Asker, conversation_id: str) -> bool:
        """Of a conversation whose members they may see, whether they are one. Raises `not_found`."""
        conversation = await self.anyones(conversation_id)
        is_theirs = is_member(await self._memberships.get(conversation_id, asker.user_id))
        if not is_theirs and not (conversation["kind"] == "group" and conversations.administers(asker.role)):
            raise conversations.not_found()
        return is_theirs

    async def anyones(self, conversation_id: str) -> Document:
        """The conversation, whoever asks: for what may be done without belonging to it. Raises `not_found`."""
        conversation = await self._conversations.get(conversation_id)
        if not conversations.is_there(conversation):
            raise conversations.not_found()
        assert conversation is not None
        return conversation

    async def to(
        self,
        asker: Asker,
        page: Sequence[Document],
        memberships: Mapping[str, Document],
        bytes_max: int = ANSWER_BYTES_MAX,
    ) -> list[Conversation]:
        """`memberships` of the asker, by conversation. Never more than `bytes_max`: then last messages are left out,
        and if that is not enough the end of the page. At least one of a page."""
        listed = await self._listed(page)
        lasts = await self._lasts(page)
        others = {
            c["_id"]: next((m for m in listed.get(c["_id"], ()) if m != asker.user_id), "")
            for c in page
            if c["kind"] == "direct"
        }
        names = await self._people.names({other for other in others.values() if other})
        shown: list[Conversation] = []
        size = 0
        for conversation in page:
            key = conversation["_id"]
            name = names.get(others[key]) if key in others else conversation["name"]
            public = conversations.shown(conversation, listed.get(key))
            one = conversations.shown_to(public, conversation, memberships[key], asker.role, name)
            size += _size(one)
            if shown and size > bytes_max:
                size -= _size(one)
                break
            shown.append(one)
        for place, (conversation, one) in enumerate(zip(page, shown, strict=False)):
            last = self._last(lasts.get(conversation.get("last_message_id") or ""), memberships[one.conversation_id])
            if last is not None and size + _size(last) <= bytes_max:
                size += _size(last)
                shown[place] = msgspec.structs.replace(one, last_message=last)
        return shown

    async def seen(self, asker: Asker, conversation: Document) -> Conversation:
        """Also by a leader who does not belong to it."""
        membership = await self._memberships.get(conversation["_id"], asker.user_id)
        if membership is not None and is_member(membership):
            return await self.one(asker, conversation, membership)
        listed = (await self._listed([conversation])).get(conversation["_id"])
        return conversations.shown_to_outsider(conversations.shown(conversation, listed))

    async def one(self, asker: Asker, conversation: Document, membership: Document) -> Conversation:
        return (await self.to(asker, [conversation], {conversation["_id"]: membership}))[0]

    async def _listed(self, page: Sequence[Document]) -> dict[str, list[str]]:
        small = [c["_id"] for c in page if c["member_count"] <= MEMBERS_LISTED_MAX]
        return await self._memberships.listed(small) if small else {}

    async def _lasts(self, page: Sequence[Document]) -> dict[str, Document]:
        ids = [c["last_message_id"] for c in page if c.get("last_message_id")]
        return await self._messages.by_ids(ids) if ids else {}

    def _last(self, document: Document | None, membership: Document) -> Message | None:
        if document is None or document["seq"] <= membership["from_seq"]:
            return None
        return messages.shown(document)


def _size(shown: Conversation | Message) -> int:
    return len(msgspec.json.encode(shown)) + len(',"last_message":')
