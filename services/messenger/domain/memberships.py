"""Who belongs to a conversation and how far they have read; what the store of memberships promises."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from chassis.bus import Fact, fact
from chassis.outbox import entries
from contracts.messenger import (
    CONVERSATION_READ,
    MEMBER_ADDED,
    MEMBER_REMOVED,
    ConversationRead,
    MemberAdded,
    MemberRemoved,
)
from contracts.things import Conversation
from services.messenger.domain.ids import membership_id

Document = dict[str, Any]
ADDED = f"{MEMBER_ADDED.owner}.{MEMBER_ADDED.name}"


class Memberships(Protocol):
    async def get(self, conversation_id: str, user_id: str) -> Document | None: ...

    async def by_ids(self, membership_ids: Iterable[str]) -> dict[str, Document]: ...

    async def of_sending(self, membership_ids: Iterable[str], direct_ids: Iterable[str]) -> list[Document]:
        """Those named, and both of each direct conversation named."""
        ...

    async def insert(self, documents: Sequence[Document]) -> None:
        """Those there already stay as they are. Raises Unsure."""
        ...

    async def of_user(self, user_id: str) -> list[Document]:
        """Where the person is a member."""
        ...

    async def of_users(self, user_ids: Sequence[str], left_since: str) -> list[Document]:
        """Where they are members, and what they left since then."""
        ...

    async def counts(self, user_ids: Sequence[str]) -> dict[str, int]: ...

    async def count(self, conversation_id: str) -> int: ...

    async def member_ids(self, conversation_id: str, after: str = "", limit: int = 0) -> list[str]:
        """In order; `limit` 0: all."""
        ...

    async def listed(self, conversation_ids: Sequence[str]) -> dict[str, list[str]]:
        """The members of each."""
        ...

    async def join_again(self, joins: Sequence[tuple[Document, Sequence[Fact]]]) -> None: ...

    async def leave(self, membership_ids: Sequence[str], at: str, facts: Mapping[str, Sequence[Fact]]) -> None: ...

    async def read(self, conversation_id: str, user_id: str, seq: int, facts: Sequence[Fact]) -> bool:
        """Forward only. False: the marker was there already, or the person is no member."""
        ...

    async def advance(self, markers: Mapping[str, int]) -> None:
        """By membership id: forward only, repeatable."""
        ...


def is_member(membership: Mapping[str, Any] | None) -> bool:
    return membership is not None and membership["state"] == "member"


def marker_of(membership: Mapping[str, Any]) -> int:
    return int(max(membership["read_seq"], membership["from_seq"]))


def is_addition_pending(membership: Mapping[str, Any]) -> bool:
    return any(entry["type"] == ADDED for entry in membership.get("outbox") or ())


def new(conversation: Conversation, user_id: str, from_seq: int, by: str, at: str, joins: int = 1) -> Document:
    return {
        "_id": membership_id(conversation.conversation_id, user_id),
        "conversation_id": conversation.conversation_id,
        "user_id": user_id,
        "state": "member",
        "from_seq": from_seq,
        "read_seq": from_seq,
        "joined_at": at,
        "joins": joins,
        "outbox": entries([added(conversation, user_id, from_seq, by, at, joins)]),
    }


def added(conversation: Conversation, user_id: str, from_seq: int, by: str, at: str, joins: int) -> Fact:
    key = conversation.conversation_id
    body = MemberAdded(conversation=conversation, user_id=user_id, from_seq=from_seq, by=by, at=at)
    return fact(MEMBER_ADDED, body, key, user_id, id=f"{key}.{user_id}.{joins}", at=at)


def removed(conversation: Conversation, user_id: str, by: str, at: str, joins: int) -> Fact:
    key = conversation.conversation_id
    body = MemberRemoved(conversation=conversation, user_id=user_id, by=by, reason="removed", at=at)
    return fact(MEMBER_REMOVED, body, key, user_id, id=f"{key}.{user_id}.{joins}.left", at=at)


def has_read(conversation_id: str, user_id: str, seq: int, readers_told: bool, at: str) -> Fact:
    body = ConversationRead(conversation_id=conversation_id, user_id=user_id, seq=seq, readers_told=readers_told, at=at)
    return fact(CONVERSATION_READ, body, conversation_id, user_id, id=f"{conversation_id}.{user_id}.{seq}.r", at=at)
