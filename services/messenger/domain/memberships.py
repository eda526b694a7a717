"""Who belongs to a conversation and how far they have read; what the store of memberships promises."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from chassis.bus import Fact, fact
from chassis.outbox import entries
from contracts.limits import MEMBERSHIPS_MAX
from contracts.messenger import (
    CONVERSATION_READ,
    MEMBER_ADDED,
    MEMBER_REMOVED,
    ConversationRead,
    MemberAdded,
    MemberRemoved,
)
from contracts.refusals import Refused
from contracts.things import Conversation, Reader
from services.messenger.domain.ids import membership_id

Document = dict[str, Any]
ADDED = f"{MEMBER_ADDED.owner}.{MEMBER_ADDED.name}"
REMOVED = f"{MEMBER_REMOVED.owner}.{MEMBER_REMOVED.name}"


class Change(NamedTuple):
    """Of a membership by its person: the fields that are then other (one that is None goes), and what is told of it."""

    fields: Document
    fact: Fact


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
        """Where the person is a member: some more than MEMBERSHIPS_MAX at most."""
        ...

    async def places_of(self, user_id: str) -> list[Document]:
        """As `of_user`, with `conversation_id`, `from_seq` and `joined_at` only."""
        ...

    async def group_ids(self, user_id: str, limit: int = 0) -> list[str]:
        """The groups where the person is a member; `limit` 0: all."""
        ...

    async def of_users(self, user_ids: Sequence[str], left_since: str, lost_max: int) -> list[Document]:
        """Where they are members, with what is still to be told but not its words, and what they lost since then: the newest
        of it."""
        ...

    async def counts(self, user_ids: Sequence[str], left_since: str | None = None) -> dict[str, int]:
        """Where each is a member, and what they left since then; absent is none."""
        ...

    async def untold(self, conversation_id: str, limit: int) -> list[Document]:
        """Those whose coming or going is not told yet, reading aside, the last by id first; `_id` and the whole `outbox`,
        told in its order."""
        ...

    async def member_ids(self, conversation_id: str, after: str = "", limit: int = 0) -> list[str]:
        """In order; `limit` 0: all."""
        ...

    async def listed(self, conversation_ids: Sequence[str]) -> dict[str, list[str]]:
        """The members of each."""
        ...

    async def join_again(self, documents: Sequence[Document]) -> None:
        """Of those who left; what a version as high wrote stays as it is, here and in the two below."""
        ...

    async def leave(self, facts: Mapping[str, Sequence[Fact]], version: int, at: str, forget_at: datetime) -> None:
        """By membership id. They are gone from the store some time after `forget_at`."""
        ...

    async def end(self, conversation_id: str, version: int, at: str, forget_at: datetime) -> None:
        """All leave, because the group is deleted."""
        ...

    async def readers(self, conversation_id: str, after: str = "", limit: int = 0) -> list[Document]:
        """As `member_ids`: the memberships, with what a marker is made of."""
        ...

    async def behind(self, conversation_id: str, seq: int, after: str, limit: int) -> list[str]:
        """Members, as `member_ids`, who see that seq, have not read up to it, and have not muted the conversation."""
        ...

    async def pins(self, user_id: str) -> list[int]:
        """The places that are taken."""
        ...

    async def revise(self, membership: Document, change: Change) -> Document | None:
        """In one step with what is to be told, if nobody changed it since it was read, nor took its pin's place. Gives it as it
        is then, with all that is not told yet; None: somebody was first."""
        ...

    async def advance(self, markers: Mapping[str, int]) -> None:
        """By membership id, the person's last message: forward only, and only by one above `sent_above`; repeatable."""
        ...


def is_member(membership: Mapping[str, Any] | None) -> bool:
    return membership is not None and membership["state"] == "member"


def marker_of(membership: Mapping[str, Any]) -> int:
    return int(max(membership["read_seq"], membership["from_seq"]))


def reader_of(membership: Mapping[str, Any]) -> Reader:
    return Reader(user_id=membership["user_id"], read_seq=marker_of(membership))


def is_addition_pending(membership: Mapping[str, Any]) -> bool:
    return any(entry["type"] == ADDED for entry in membership.get("outbox") or ())


def check_room(counts: Mapping[str, int]) -> None:
    """For one more in each. `counts`: where they are members. Raises Refused."""
    if any(count >= MEMBERSHIPS_MAX for count in counts.values()):
        raise Refused("conflict", f"Somebody belongs to {MEMBERSHIPS_MAX} conversations already: nobody can to more.")


def new(
    conversation: Conversation,
    user_id: str,
    from_seq: int,
    by: str,
    at: str,
    version: int = 1,
    read_seq: int | None = None,
    read_version: int = 0,
) -> Document:
    """`version` of the conversation, in which the membership was changed last. `read_seq` None: `from_seq`. `read_version` of
    who was here before."""
    marker = from_seq if read_seq is None else read_seq
    return {
        "_id": membership_id(conversation.conversation_id, user_id),
        "conversation_id": conversation.conversation_id,
        "user_id": user_id,
        "state": "member",
        "from_seq": from_seq,
        "read_seq": marker,
        "joined_at": at,
        "version": version,
        "outbox": entries([added(conversation, user_id, from_seq, marker, by, at, version, read_version)]),
    }


def added(
    conversation: Conversation,
    user_id: str,
    from_seq: int,
    read_seq: int,
    by: str,
    at: str,
    version: int,
    read_version: int = 0,
) -> Fact:
    key = conversation.conversation_id
    body = MemberAdded(
        conversation=conversation,
        user_id=user_id,
        from_seq=from_seq,
        read_seq=read_seq if read_seq != from_seq else None,
        read_version=read_version,
        by=by,
        at=at,
    )
    return fact(MEMBER_ADDED, body, key, user_id, id=f"{key}.{user_id}.{version}.added", at=at)


def removed(conversation: Conversation, user_id: str, by: str, at: str, version: int) -> Fact:
    key = conversation.conversation_id
    body = MemberRemoved(conversation=conversation, user_id=user_id, by=by, reason="removed", at=at)
    return fact(MEMBER_REMOVED, body, key, user_id, id=f"{key}.{user_id}.{version}.removed", at=at)


def has_read(
    membership: Mapping[str, Any], seq: int, version: int, sent_above: int, readers_told: bool, at: str
) -> Fact:
    key, user_id = membership["conversation_id"], membership["user_id"]
    body = ConversationRead(
        conversation_id=key,
        user_id=user_id,
        seq=seq,
        readers_told=readers_told,
        at=at,
        version=version,
        sent_above=sent_above,
    )
    return fact(CONVERSATION_READ, body, key, user_id, id=f"{key}.{user_id}.r{version}", at=at)
