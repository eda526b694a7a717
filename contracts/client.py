"""What a client is told over Socket.IO, and the asks that the gateway answers by itself."""

from contracts.fields import EndingCode, Everybody, Seen
from contracts.messenger import Snapshot
from contracts.table import Ask, Nothing, Push, Wire
from contracts.things import Conversation, Message, Notice, PersonPresence, UnreadState, User


class Ready(Wire, frozen=True):
    """Closes the catch-up: the client is live. A snapshot whenever `recovered` is false."""

    user: User
    cursor: str
    recovered: bool
    server_time: str
    notices: list[Notice]
    last_ending: EndingCode | None = None
    snapshot: Snapshot | None = None


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


class Warned(Wire, frozen=True):
    code: EndingCode
    message: str
    reconnect_after_ms: int | None = None


class Told(Wire, frozen=True):
    code: EndingCode
    message: str


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
    Ask("presence.watch", "gateway", Watch, Watched),
    Ask("presence.active", "gateway", Nothing, Nothing),
    Ask(
        "typing.start",
        "gateway",
        StartTyping,
        Nothing,
        refusals=("not_found",),
    ),
    Ask("session.refresh", "gateway", RefreshSession, Refreshed),
)

PUSHES = (
    Push("ready", Ready, False),
    Push("message.sent", MessagePush, True),
    Push("message.edited", MessagePush, True),
    Push("message.deleted", MessagePush, True),
    Push("conversation.read", ReadPush, True),
    Push("conversation.updated", UpdatedPush, True),
    Push("unread", UnreadState, False),
    Push("group.created", GroupPush, True),
    Push("group.updated", GroupPush, True),
    Push("group.deleted", GroupPush, True),
    Push("presence", PresencePush, False),
    Push("typing", TypingPush, False),
    Push("notice", Notice, False),
    Push("connection.warning", Warned, False),
    Push("session.ended", Told, False),
)
