"""What a client is told over Socket.IO, and the asks that the gateway answers by itself."""

from contracts.fields import EndingCode, EndReason, Everybody, Seen
from contracts.messenger import Snapshot
from contracts.table import Ask, Nothing, Push, Wire
from contracts.things import Conversation, Message, Notice, PersonPresence, UnreadState, User


class Connect(Wire, frozen=True):
    """`token` is an access token, or that of a service account. `cursor` is the last one seen, at a return: what was missed
    follows, or a snapshot."""

    token: str
    cursor: str | None = None


class Limits(Wire, frozen=True):
    """What this house takes: more is refused. Seconds of the windows are counted from sending, 0 is never; absent: not known
    for the moment, so that only trying tells."""

    text_bytes_max: int
    name_chars_max: int
    note_chars_max: int
    email_chars_max: int
    search_chars_max: int
    members_max: int
    pinned_max: int
    import_bytes_max: int
    import_people_max: int
    edit_window_s: int | None = None
    delete_window_s: int | None = None


class Ready(Wire, frozen=True):
    """Closes the catch-up: the client is live. A snapshot whenever `recovered` is false. `limits` are those of now."""

    user: User
    cursor: str
    recovered: bool
    server_time: str
    notices: list[Notice]
    last_ending: EndingCode | None = None
    snapshot: Snapshot | None = None
    limits: Limits | None = None


class MessagePush(Wire, frozen=True):
    message: Message
    cursor: str


class ReadPush(Wire, frozen=True):
    """The marker with the highest `version` counts. One's own markers follow in `unread`, which is always right."""

    conversation_id: str
    user_id: str
    seq: int
    cursor: str
    version: int = 0


class UpdatedPush(Wire, frozen=True):
    """To one's own sockets: what the conversation is to this person."""

    conversation_id: str
    muted: bool
    pinned: bool
    version: int
    cursor: str


class GroupPush(Wire, frozen=True):
    conversation: Conversation
    cursor: str
    reason: str | None = None
    by: str | None = None


class PresencePush(Wire, frozen=True):
    people: list[PersonPresence]
    version: int


class TypingPush(Wire, frozen=True):
    conversation_id: str
    user_id: str


class NoticeGone(Wire, frozen=True):
    notice_id: str


class Warned(Wire, frozen=True):
    code: EndingCode
    message: str
    reconnect_after_ms: int | None = None


class Told(Wire, frozen=True):
    """`reason`: of a session that has ended, why; `message` says it. What is none of the list: it has ended."""

    code: EndingCode
    message: str
    reason: EndReason | None = None


class Watch(Wire, frozen=True):
    """A list of at most 5,000 ids, or "all". Replaces what was watched before."""

    user_ids: Seen | Everybody


class Watched(Wire, frozen=True):
    people: list[PersonPresence]
    version: int


class StartTyping(Wire, frozen=True):
    conversation_id: str


class RefreshSession(Wire, frozen=True):
    token: str


class Refreshed(Wire, frozen=True):
    """`expires_in` in seconds."""

    expires_in: int


ASKS = (
    Ask(
        "presence.watch",
        "gateway",
        Watch,
        Watched,
        about="From now on this socket is told how these people are, as `presence`.",
        reading=True,
    ),
    Ask(
        "presence.active",
        "gateway",
        Nothing,
        Nothing,
        about="The person did something: they are not away. Best said at most every ten seconds.",
        services=False,
    ),
    Ask(
        "typing.start",
        "gateway",
        StartTyping,
        Nothing,
        refusals=("not_found",),
        about="The others of the conversation are told at once, as `typing`. It ends by itself: say it again every few seconds.",
    ),
    Ask(
        "session.refresh",
        "gateway",
        RefreshSession,
        Refreshed,
        about="A fresh access token, of the same session, in place of the socket's own: the connection lives on.",
        reading=True,
    ),
)

PUSHES = (
    Push("ready", Ready, False, "The first thing after what was missed, at every connection."),
    Push("message.sent", MessagePush, True, "To every socket of every member, the sender's own, too."),
    Push("message.edited", MessagePush, True, "To every socket of every member: the message as it is now."),
    Push(
        "message.deleted",
        MessagePush,
        True,
        "To every socket of every member: the text is empty from now on. Forget the old one.",
    ),
    Push(
        "conversation.read",
        ReadPush,
        True,
        "Somebody has read up to `seq`. Of oneself it comes always; of others in direct conversations and small groups,"
        " at most once a second.",
    ),
    Push("conversation.updated", UpdatedPush, True, "Muted or pinned, at one of one's devices."),
    Push(
        "unread",
        UnreadState,
        False,
        "At once after quiet, then at most twice a second, and after each `ready`. What it says overwrites what the"
        " client had.",
    ),
    Push(
        "group.created",
        GroupPush,
        True,
        "Somebody belongs to a group now: because it was made, or because they were added.",
    ),
    Push("group.updated", GroupPush, True, "A group is as this says now."),
    Push(
        "group.deleted",
        GroupPush,
        True,
        "A group is gone for this person: deleted, or they were removed, as `reason` says. Nothing of it follows.",
    ),
    Push(
        "presence",
        PresencePush,
        False,
        "How people are whom this socket watches, some at a time; all of them now and then.",
    ),
    Push("typing", TypingPush, False, "Somebody is writing: show it for a few seconds."),
    Push("notice", Notice, False, "Something to show, while it is news or until it is dismissed."),
    Push("notice.dismissed", NoticeGone, False, "A notice was dismissed at one of one's devices: show it no more."),
    Push(
        "connection.warning", Warned, False, "This connection is about to end, or is ending, for the reason in `code`."
    ),
    Push("session.ended", Told, False, "This connection ends, and returning as it was is of no use."),
)
