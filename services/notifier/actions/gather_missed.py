"""Gather what a person missed and was not told yet, as it is now: asked in their name, so that it is theirs to see."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from chassis.bus import Asker, Bus
from contracts.auth import LookUpUsers, UserList
from contracts.everything import ASKS
from contracts.limits import PAGE_MAX
from contracts.messenger import ConversationAnswer, GetConversation, ListMessages, MessageList
from contracts.notifier import SendMail
from contracts.refusals import Refused
from contracts.things import Conversation, Message, User
from services.notifier.domain.missed import Missed
from services.notifier.domain.missed_mail import TEXTS_MAX, MissedIn, missed_mail
from services.notifier.domain.preferences import Wishes

CONSIDERED_MAX = 500
"""Conversations, those in which something was missed last: each is asked for, and a claim is not for ever."""


class Gathered(msgspec.Struct, frozen=True):
    """A mail, and up to which seq it tells of which conversation."""

    mail: SendMail
    told: dict[str, int]


class GatherMissed:
    def __init__(self, bus: Bus, url: str, every: timedelta, language: str, *, with_text: bool) -> None:
        self._bus = bus
        self._url = url
        self._every = every
        self._language = language
        self._with_text = with_text

    async def __call__(self, missed: Missed, wishes: Wishes) -> Gathered | None:
        """None: nothing, or nobody to be mailed. Raises Refused while somebody who is asked is away."""
        person = (await self._people([missed.user_id])).get(missed.user_id)
        if person is None or person.disabled or person.kind is not None or not person.email:
            return None
        asker = Asker(user_id=person.user_id, role=person.role)
        found: list[tuple[Conversation, list[Message], bool]] = []
        for key in missed.conversation_ids[-CONSIDERED_MAX:]:
            if key not in wishes.silent and (one := await self._in(asker, key, missed.told.get(key, 0))) is not None:
                found.append(one)
        if not found:
            return None
        found.sort(key=lambda one: one[1][-1].sent_at, reverse=True)
        names = await self._people({message.sender_id for _, messages, _ in found for message in messages})
        parts = [self._part(*one, names) for one in found]
        language = wishes.language or self._language
        mail = missed_mail(person.email, person.name, parts, language, self._url, self._every)
        return Gathered(mail, {conversation.conversation_id: messages[-1].seq for conversation, messages, _ in found})

    async def _in(self, asker: Asker, key: str, told: int) -> tuple[Conversation, list[Message], bool] | None:
        """The messages of others that are there, oldest first, and whether there are more before them."""
        try:
            answer: ConversationAnswer = await self._bus.ask(
                ASKS["conversation.get"], GetConversation(conversation_id=key), asker
            )
            conversation = answer.conversation
            read = max(conversation.read_seq or 0, told)
            if conversation.muted or conversation.last_seq <= read:
                return None
            newest = ListMessages(conversation_id=key, limit=PAGE_MAX)
            page: MessageList = await self._bus.ask(ASKS["message.list"], newest, asker)
        except Refused as refused:
            if refused.code == "not_found":  # it is gone, or they do not belong to it any more
                return None
            raise
        missed = [m for m in page.messages if m.seq > read and _counts(m, asker.user_id)]
        is_more = bool(page.messages) and page.messages[0].seq > read + 1 and len(page.messages) == PAGE_MAX
        return (conversation, missed, is_more) if missed else None

    def _part(
        self, conversation: Conversation, messages: list[Message], is_more: bool, names: dict[str, User]
    ) -> MissedIn:
        def name_of(user_id: str) -> str:
            return names[user_id].name if user_id in names else ""

        senders = list(dict.fromkeys(message.sender_id for message in reversed(messages)))
        texts = [(name_of(one.sender_id), one.text) for one in messages[-TEXTS_MAX:]] if self._with_text else []
        return MissedIn(
            name=conversation.name or "",
            path=f"/c/{conversation.conversation_id}",
            is_direct=conversation.kind == "direct",
            count=len(messages),
            is_more=is_more,
            senders=[name_of(sender) for sender in senders],
            texts=texts,
        )

    async def _people(self, user_ids: Sequence[str] | set[str]) -> dict[str, User]:
        answer: UserList = await self._bus.ask(ASKS["user.look_up"], LookUpUsers(user_ids=list(user_ids)))
        return {user.user_id: user for user in answer.users}


def _counts(message: Message, user_id: str) -> bool:
    return message.sender_id != user_id and message.deleted_at is None and message.change is None
