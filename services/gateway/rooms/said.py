"""An event of the stream as the gateway understands it: whom it concerns, and the frame that tells it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from chassis.bus import Told
from contracts import auth, messenger, notifier, presence
from contracts.client import GroupPush, MessagePush, NoticeGone, ReadPush, UpdatedPush
from contracts.everything import EVENTS
from contracts.things import Message
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
            frame = sent_frame(message, cursor)
        case messenger.MessageChanged(message=message):
            frame = push(told.name.removeprefix("messenger."), MessagePush(message=message, cursor=cursor))
        case messenger.GroupChanged():
            name = told.name.removeprefix("messenger.")
            if name != "group.created":
                group = GroupPush(conversation=body.conversation, cursor=cursor, reason=body.reason, by=body.by)
                frame = push(name, group)
        case messenger.MemberAdded():
            keys = (body.user_id,)
            if body.conversation.kind == "group":
                frame = _joined(body, cursor)
        case messenger.MemberRemoved():
            keys = (body.user_id,)
            group = GroupPush(conversation=body.conversation, cursor=cursor, reason=body.reason, by=body.by)
            frame = push("group.deleted", group)
        case messenger.ConversationRead():
            keys = (body.conversation_id, body.user_id)
            frame = read_frame(body, cursor)
        case messenger.ConversationUpdated():
            keys = (body.user_id,)
            frame = _updated_frame(body, cursor)
        case notifier.NoticeRaised() | notifier.NoticeAnnounced():
            frame = push("notice", body.notice)
        case notifier.NoticeDismissed():
            frame = push("notice.dismissed", NoticeGone(notice_id=body.notice_id))
        case presence.PresenceChanged() | auth.SessionEnded():
            pass
    return Said(told.seq, told.at_ns, body, keys, frame)


def read_frame(read: messenger.ConversationRead, cursor: str) -> Frame:
    told = ReadPush(
        conversation_id=read.conversation_id, user_id=read.user_id, seq=read.seq, version=read.version, cursor=cursor
    )
    return push("conversation.read", told)


def sent_frame(message: Message, cursor: str) -> Frame:
    return push("message.sent", MessagePush(message=message, cursor=cursor))


def joining(said: Said, epoch: str, early: Sequence[Callable[[], Message]]) -> Iterator[Frame]:
    """A joining, and the messages that are for who joined and that the stream has before it: the group's from where the
    membership begins. Each is one part of the event; a message is read when its turn comes."""
    if said.frame is None or not early:
        yield from (said.frame,) if said.frame is not None else ()
        return
    parts = len(early) + 1
    yield _joined(said.body, str(Cursor(epoch, said.seq, 1)))
    for part, message in enumerate(early, start=2):
        yield sent_frame(message(), str(Cursor(epoch, said.seq, part % parts)))


def with_last(said: Said, epoch: str, last: Message) -> Said:
    """A joining that says of the last message how it is by then."""
    conversation = msgspec.structs.replace(said.body.conversation, last_message=last)
    body = msgspec.structs.replace(said.body, conversation=conversation)
    frame = _joined(body, str(Cursor(epoch, said.seq))) if said.frame is not None else None
    return msgspec.structs.replace(said, body=body, frame=frame)


def _joined(added: messenger.MemberAdded, cursor: str) -> Frame:
    return push("group.created", GroupPush(conversation=added.conversation, cursor=cursor, by=added.by))


def _updated_frame(updated: messenger.ConversationUpdated, cursor: str) -> Frame:
    told = UpdatedPush(
        conversation_id=updated.conversation_id,
        muted=updated.muted,
        pinned=updated.pinned,
        version=updated.version,
        cursor=cursor,
    )
    return push("conversation.updated", told)
