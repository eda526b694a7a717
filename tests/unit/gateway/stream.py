"""Events as they come from the stream, about Ada and Grace in one group, and a screen that shows what is pushed."""

from typing import Any

import msgspec

from chassis.bus import Told
from contracts.messenger import (
    ConversationRead,
    ConversationUpdated,
    Feed,
    MemberAdded,
    MemberRemoved,
    Membership,
    MessageChanged,
    MessageSent,
)
from contracts.things import Conversation, GroupChange, Message
from services.gateway.rooms.person import Person

AT = "2026-01-05T08:30:00.000Z"


class Screen:
    """An outlet that keeps what it was told."""

    is_live = True
    role = "agent"

    def __init__(self) -> None:
        self.told: list[Any] = []

    def push(self, frame: Any) -> None:
        self.told.append(shown(frame))

    def seqs(self) -> list[int]:
        return [body["message"]["seq"] for name, body in self.told if name == "message.sent"]


def shown(frame: Any) -> Any:
    """Name and body."""
    return msgspec.json.decode(frame.encode()[2:])


def sent(
    at: int,
    seq: int,
    *,
    conversation: str = "g_1",
    sender: str = "u_grace",
    id: str | None = None,
    change: GroupChange | None = None,
) -> Told:
    body = MessageSent(message=msgspec.structs.replace(message(seq, conversation, sender), change=change))
    return _told(at, "messenger.message.sent", body, conversation, id=id or f"m_{conversation}_{seq}")


def edited(at: int, seq: int, text: str, revision: int = 1) -> Told:
    now = msgspec.structs.replace(message(seq), text=text, edited_at=AT, revision=revision)
    return _told(at, "messenger.message.edited", MessageChanged(message=now, by="u_grace", at=AT), "g_1")


def deleted(at: int, seq: int, revision: int = 2) -> Told:
    now = msgspec.structs.replace(message(seq), text="", deleted_at=AT, revision=revision, deleted_by="u_root")
    return _told(at, "messenger.message.deleted", MessageChanged(message=now, by="u_root", at=AT), "g_1")


def member(
    at: int, kind: type[MemberAdded] | type[MemberRemoved], from_seq: int = 0, read_seq: int | None = None
) -> Told:
    group = Conversation(conversation_id="g_1", kind="group", member_count=2, writing_enabled=True, last_seq=from_seq)
    common: dict[str, Any] = {"conversation": group, "user_id": "u_ada", "by": "u_grace", "at": AT}
    is_added = kind is MemberAdded
    body = kind(**common, **({"from_seq": from_seq, "read_seq": read_seq} if is_added else {"reason": "removed"}))
    return _told(at, "messenger.member." + ("added" if is_added else "removed"), body, "g_1", "u_ada")


def read(at: int, seq: int, *, user_id: str = "u_grace", version: int = 0, sent_above: int = 0) -> Told:
    body = ConversationRead(
        conversation_id="g_1",
        user_id=user_id,
        seq=seq,
        readers_told=True,
        at=AT,
        version=version,
        sent_above=sent_above,
    )
    return _told(at, "messenger.conversation.read", body, "g_1", user_id, at_ns=at * 10**8)


def updated(at: int, version: int, *, user_id: str = "u_ada") -> Told:
    body = ConversationUpdated(conversation_id="g_1", user_id=user_id, muted=True, pinned=False, version=version, at=AT)
    return _told(at, "messenger.conversation.updated", body, "g_1", user_id)


def person(last_seq: int = 0, from_seq: int = 0, **more: int) -> Person:
    ada = Person("u_ada")
    place: dict[str, Any] = {"from_seq": from_seq, "read_seq": from_seq, "last_seq": last_seq, **more}
    ada.take(Feed(user_id="u_ada", memberships=[Membership(conversation_id="g_1", **place)], lost=[]))
    return ada


def message(seq: int, conversation: str = "g_1", sender: str = "u_grace") -> Message:
    return Message(
        conversation_id=conversation,
        seq=seq,
        message_id=f"m_{seq}",
        client_message_id=str(seq),
        sender_id=sender,
        text="hi",
        sent_at=AT,
    )


def _told(at: int, name: str, body: Any, *keys: str, id: str | None = None, at_ns: int | None = None) -> Told:
    return Told(at, id or f"{name}{at}", name, keys, msgspec.json.encode(body), at_ns or at * 10**9)
