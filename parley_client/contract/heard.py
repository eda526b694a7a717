"""What a client is told over its socket: a class for each push. Made from contracts/ by `make publish`: change it
there."""

from parley_client.contract import types
from parley_client.wire import Wire


class Ready(types.Ready, frozen=True):
    """The first thing after what was missed, at every connection."""


class MessageSent(types.MessagePush, frozen=True):
    """To every socket of every member, the sender's own, too."""


class MessageEdited(types.MessagePush, frozen=True):
    """To every socket of every member: the message as it is now."""


class MessageDeleted(types.MessagePush, frozen=True):
    """To every socket of every member: the text is empty from now on. Forget the old one."""


class ConversationRead(types.ReadPush, frozen=True):
    """Somebody has read up to `seq`. Of oneself it comes always; of others in direct conversations and small groups,
    at most once a second."""


class ConversationUpdated(types.UpdatedPush, frozen=True):
    """Muted or pinned, at one of one's devices."""


class Unread(types.UnreadState, frozen=True):
    """At once after quiet, then at most twice a second, and after each `ready`. What it says overwrites what the
    client had."""


class GroupCreated(types.GroupPush, frozen=True):
    """Somebody belongs to a group now: because it was made, or because they were added."""


class GroupUpdated(types.GroupPush, frozen=True):
    """A group is as this says now."""


class GroupDeleted(types.GroupPush, frozen=True):
    """A group is gone for this person: deleted, or they were removed, as `reason` says. Nothing of it follows."""


class Presence(types.PresencePush, frozen=True):
    """How people are whom this socket watches, some at a time; all of them now and then."""


class Typing(types.TypingPush, frozen=True):
    """Somebody is writing: show it for a few seconds."""


class Notice(types.Notice, frozen=True):
    """Something to show, while it is news or until it is dismissed."""


class NoticeDismissed(types.NoticeGone, frozen=True):
    """A notice was dismissed at one of one's devices: show it no more."""


class ConnectionWarning(types.Warned, frozen=True):
    """This connection is about to end, or is ending, for the reason in `code`."""


class SessionEnded(types.Told, frozen=True):
    """This connection ends, and returning as it was is of no use."""


Heard = (
    Ready
    | MessageSent
    | MessageEdited
    | MessageDeleted
    | ConversationRead
    | ConversationUpdated
    | Unread
    | GroupCreated
    | GroupUpdated
    | GroupDeleted
    | Presence
    | Typing
    | Notice
    | NoticeDismissed
    | ConnectionWarning
    | SessionEnded
)

BY_NAME: dict[str, type[Wire]] = {
    "ready": Ready,
    "message.sent": MessageSent,
    "message.edited": MessageEdited,
    "message.deleted": MessageDeleted,
    "conversation.read": ConversationRead,
    "conversation.updated": ConversationUpdated,
    "unread": Unread,
    "group.created": GroupCreated,
    "group.updated": GroupUpdated,
    "group.deleted": GroupDeleted,
    "presence": Presence,
    "typing": Typing,
    "notice": Notice,
    "notice.dismissed": NoticeDismissed,
    "connection.warning": ConnectionWarning,
    "session.ended": SessionEnded,
}
