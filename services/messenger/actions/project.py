"""What follows from messages: a conversation's last message and the senders' read markers. Forward only, repeatable."""

import asyncio
from collections.abc import Sequence

from services.messenger.domain.conversations import Conversations
from services.messenger.domain.ids import membership_id
from services.messenger.domain.memberships import Memberships
from services.messenger.domain.messages import Document, says_change


class Project:
    def __init__(self, conversations: Conversations, memberships: Memberships) -> None:
        self._conversations = conversations
        self._memberships = memberships

    async def __call__(self, documents: Sequence[Document]) -> None:
        lasts: dict[str, Document] = {}
        markers: dict[str, int] = {}
        for document in documents:
            key, seq = document["conversation_id"], document["seq"]
            if key not in lasts or lasts[key]["seq"] < seq:
                lasts[key] = document
            if not says_change(document):  # who changes a group has read nothing by that
                marker = membership_id(key, document["sender_id"])
                markers[marker] = max(markers.get(marker, 0), seq)
        await asyncio.gather(self._conversations.advance(lasts), self._memberships.advance(markers))
