"""An event of the stream as the gateway understands it: whom it concerns, and the frame that tells it."""

from typing import Any

import msgspec

from chassis.bus import Told
from contracts import auth, messenger, notifier, presence
from contracts.client import GroupPush, MessagePush, ReadPush
from contracts.everything import EVENTS
from services.gateway.domain.cursor import Cursor
from services.gateway.domain.frames import Frame, push

_decoders = {name: msgspec.json.Decoder(event.body).decode for name, event in EVENTS.items()}


class Said(msgspec.Struct, frozen=True):
    """`keys`: what it is found by (a conversation's or a person's id). `frame` absent: nothing to tell clients."""

    seq: int
    at_ns: int
    body: Any
    keys: tuple[str, ...]
    frame: Frame | None = None


def understand(told: Told, epoch: str) -> Said | None:
    """None for an event this version does not know."""
    decode = _decoders.get(told.name)
    if decode is None:
        return None
    body = decode(told.data)
    cursor = str(Cursor(epoch, told.seq))
    frame: Frame | None = None
    keys: tuple[str, ...] = told.keys
    match body:
        case messenger.MessageSent(message=message):
            frame = push("message.sent", MessagePush(message=message, cursor=cursor))
        case messenger.GroupChanged():
            name = told.name.removeprefix("messenger.")
            if name != "group.created":
                group = GroupPush(conversation=body.conversation, cursor=cursor, reason=body.reason)
                frame = push(name, group)
        case messenger.MemberAdded():
            keys = (body.user_id,)
            if body.conversation.kind == "group":
                frame = push("group.created", GroupPush(conversation=body.conversation, cursor=cursor))
        case messenger.MemberRemoved():
            keys = (body.user_id,)
            group = GroupPush(conversation=body.conversation, cursor=cursor, reason=body.reason)
            frame = push("group.deleted", group)
        case messenger.ConversationRead():
            keys = (body.conversation_id, body.user_id)
            frame = read_frame(body, cursor)
        case notifier.NoticeRaised():
            frame = push("notice", body.notice)
        case presence.PresenceChanged() | auth.SessionEnded():
            pass
    return Said(told.seq, told.at_ns, body, keys, frame)


def read_frame(read: messenger.ConversationRead, cursor: str) -> Frame:
    told = ReadPush(conversation_id=read.conversation_id, user_id=read.user_id, seq=read.seq, cursor=cursor)
    return push("conversation.read", told)


def joining(said: Said, epoch: str, early: list[Said]) -> list[Frame]:
    """A joining, and the messages that are for who joined and that the stream has before it: the group's from where the
    membership begins. Each is one part of the event."""
    if said.frame is None or not early:
        return [said.frame] if said.frame is not None else []
    parts = len(early) + 1
    cursors = [str(Cursor(epoch, said.seq, part % parts)) for part in range(1, parts + 1)]
    added = push("group.created", GroupPush(conversation=said.body.conversation, cursor=cursors[0]))
    messages = [
        push("message.sent", MessagePush(message=one.body.message, cursor=cursor))
        for one, cursor in zip(early, cursors[1:], strict=True)
    ]
    return [added, *messages]
