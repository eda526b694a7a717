"""A conversation as it is kept, who may do what in it, and what the store of conversations promises."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec

from chassis.bus import Fact, fact
from contracts.limits import MEMBERS_LISTED_MAX, PAGE_MAX, READERS_TOLD_MAX
from contracts.messenger import GROUP_CREATED, GROUP_DELETED, GROUP_UPDATED, GroupChanged
from contracts.names import name_fault
from contracts.refusals import Refused
from contracts.table import ADMINS, LEADERS, Event
from contracts.things import Conversation, Message

Document = dict[str, Any]
PAGE = 50
JOINED, EVERYTHING = "joined", "everything"
"""What someone added to a group sees."""
ANSWER_BYTES_MAX = 512 * 1024
"""Texts in one answer: NATS carries at most 1 MiB in one message."""


class Place(NamedTuple):
    """Where a list goes on: after this one, newest first, and by id where several are as new."""

    last_at: str
    conversation_id: str


class Conversations(Protocol):
    async def get(self, conversation_id: str) -> Document | None: ...

    async def by_ids(self, conversation_ids: Sequence[str]) -> dict[str, Document]:
        """Without the changes under way."""
        ...

    async def lasts(self, conversation_ids: Sequence[str]) -> list[Document]:
        """Those not deleted, with `last_seq` and `last_at` only."""
        ...

    async def directs(self, user_id: str, after: Place | None, limit: int) -> list[Document]:
        """The newest direct ones that name the person in `pair`, whole."""
        ...

    async def newest_of(self, conversation_ids: Sequence[str], after: Place | None, limit: int) -> list[Document]:
        """The newest of these that are not deleted, whole."""
        ...

    async def groups(self, after: Place | None, limit: int) -> list[Document]:
        """The newest of all, deleted ones too; `_id` and `last_at` only."""
        ...

    async def unpaired(self, limit: int, but: Sequence[str] = ()) -> list[str]:
        """Direct ones without a `pair`; `but` those named."""
        ...

    async def pair(self, pairs: Mapping[str, Sequence[str]]) -> None:
        """By conversation, its two people. Repeatable."""
        ...

    async def whole_groups(self, after: Place | None, limit: int) -> list[Document]:
        """As `groups`, whole."""
        ...

    async def insert(self, document: Document) -> bool:
        """False: it was there already."""
        ...

    async def claim(self, conversation_id: str, version: int, change: Document) -> bool:
        """Begins a change. False: it is not at this version any more, or deleted, or another change is under way."""
        ...

    async def complete(self, conversation_id: str, version: int, fields: Document, facts: Sequence[Fact]) -> bool:
        """Ends the change claimed at this version; the next version is one more. False: somebody else did."""
        ...

    async def abandoned(self, before: str, but: Collection[str] = ()) -> list[Document]:
        """Some of those with a change that was begun before then, the oldest change first; `but` those named."""
        ...

    async def untold(self, conversation_id: str) -> list[Document]:
        """It, with its `outbox`, if it has something to tell."""
        ...

    async def advance(self, lasts: Mapping[str, Document]) -> None:
        """By conversation, its last message: forward only, repeatable."""
        ...


def place_of(last: Mapping[str, Any]) -> Place:
    return Place(last["last_at"], last["_id"])


def not_found() -> Refused:
    return Refused("not_found", "There is no such conversation for you.")


def invalid(field: str, what: str) -> Refused:
    return Refused("invalid", what, errors={field: [what]})


def limit_of(limit: int | None) -> int:
    if limit is None:
        return PAGE
    if not 1 <= limit <= PAGE_MAX:
        raise invalid("limit", f"1 to {PAGE_MAX}.")
    return limit


def check_name(name: str) -> None:
    fault = name_fault(name)
    if fault is not None:
        raise invalid("name", fault)


def check_history(history: str) -> None:
    if history not in (JOINED, EVERYTHING):
        raise invalid("history", f"{JOINED} or {EVERYTHING}.")


def check_leads(role: str) -> None:
    """Who may make, change and delete groups."""
    if role not in (*LEADERS, "parley"):
        raise Refused("forbidden", "Groups are made and changed by users and administrators.")


def administers(role: str) -> bool:
    """Who sees that there is a group, and who belongs to it, without belonging to it."""
    return role in (*ADMINS, "parley")


def check_administers(role: str) -> None:
    if not administers(role):
        raise Refused("forbidden", "All groups are for administrators to see.")


def may_write(conversation: Mapping[str, Any], user_id: str, role: str) -> bool:
    if conversation["kind"] == "direct" or conversation["writing_enabled"]:
        return True
    return role == "admin" or conversation["owner_id"] == user_id


def is_all_seen(conversation: Mapping[str, Any]) -> bool:
    """By those who are added, what was said before them."""
    return conversation.get("history") == EVERYTHING


def are_readers_told(conversation: Mapping[str, Any]) -> bool:
    return bool(conversation["kind"] == "direct" or conversation["member_count"] <= READERS_TOLD_MAX)


def is_there(conversation: Mapping[str, Any] | None) -> bool:
    return conversation is not None and not conversation.get("deleted_at")


def shown(
    conversation: Mapping[str, Any], member_ids: Sequence[str] | None = None, last_message: Message | None = None
) -> Conversation:
    """What is the same for all."""
    listed = member_ids if member_ids is not None and len(member_ids) <= MEMBERS_LISTED_MAX else None
    return Conversation(
        conversation_id=conversation["_id"],
        kind=conversation["kind"],
        member_count=conversation["member_count"],
        writing_enabled=conversation["writing_enabled"],
        last_seq=conversation["last_seq"],
        name=conversation.get("name"),
        owner_id=conversation.get("owner_id"),
        member_ids=sorted(listed) if listed is not None else None,
        last_message=last_message,
        created_at=conversation["created_at"],
        version=conversation["version"] if conversation["kind"] == "group" else None,
        history=EVERYTHING if is_all_seen(conversation) else None,
    )


def shown_to(
    public: Conversation, conversation: Mapping[str, Any], membership: Mapping[str, Any], role: str, name: str | None
) -> Conversation:
    marker = max(membership["read_seq"], membership["from_seq"])
    return msgspec.structs.replace(
        public,
        name=name,
        read_seq=marker,
        unread=max(0, conversation["last_seq"] - marker),
        may_write=may_write(conversation, membership["user_id"], role),
        read_version=membership.get("read_version", 0),
        muted=True if membership.get("muted") else None,
        pinned=True if membership.get("pin") is not None else None,
    )


def shown_to_outsider(public: Conversation) -> Conversation:
    """To a leader who does not belong: as it would be on joining, and no word of what was said."""
    return msgspec.structs.replace(public, read_seq=public.last_seq, unread=0, may_write=False)


def listed(conversation: Mapping[str, Any]) -> Conversation:
    """Among all groups."""
    return msgspec.structs.replace(shown(conversation), last_at=conversation["last_at"])


def created(public: Conversation, by: str, at: str) -> Fact:
    return _changed(GROUP_CREATED, "created", GroupChanged(conversation=public, by=by), at)


def updated(public: Conversation, by: str, at: str) -> Fact:
    return _changed(GROUP_UPDATED, f"{public.version}.u", GroupChanged(conversation=public, by=by), at)


def deleted(public: Conversation, by: str, at: str) -> Fact:
    return _changed(GROUP_DELETED, "deleted", GroupChanged(conversation=public, reason="deleted", by=by), at)


def _changed(event: Event, mark: str, body: GroupChanged, at: str) -> Fact:
    key = body.conversation.conversation_id
    return fact(event, body, key, id=f"{key}.{mark}", at=at)
