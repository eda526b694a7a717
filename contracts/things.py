"""The things people see. Times are RFC 3339 UTC with milliseconds; ids opaque."""

from contracts.table import Wire


class User(Wire, frozen=True):
    user_id: str
    login: str
    name: str
    role: str
    email: str | None = None
    status: str | None = None
    last_seen_at: str | None = None
    disabled: bool = False
    created_at: str | None = None


class Message(Wire, frozen=True):
    """`seq` is 1, 2, 3, … in its conversation. `text` is what was sent, to the byte."""

    conversation_id: str
    seq: int
    message_id: str
    client_message_id: str
    sender_id: str
    text: str
    sent_at: str
    edited_at: str | None = None
    deleted_at: str | None = None
    reply_to_seq: int | None = None


class Conversation(Wire, frozen=True):
    """What is the same for all, and, in answers and snapshots only, `read_seq`, `unread` and `may_write` of the asker.

    `member_ids` only up to 50 members. `name` of a direct conversation is the other's, in answers and snapshots only, and
    absent while nobody can tell it. `version` of a group is one more with each change; of two, the higher is the newer.
    """

    conversation_id: str
    kind: str
    member_count: int
    writing_enabled: bool
    last_seq: int
    name: str | None = None
    owner_id: str | None = None
    member_ids: list[str] | None = None
    last_message: Message | None = None
    created_at: str | None = None
    read_seq: int | None = None
    unread: int | None = None
    may_write: bool | None = None
    version: int | None = None


class Unread(Wire, frozen=True):
    conversation_id: str
    unread: int
    last_seq: int
    read_seq: int


class UnreadState(Wire, frozen=True):
    """`total` over all conversations; `conversations` those that changed, or all in a snapshot."""

    total: int
    conversations: list[Unread]


class PersonPresence(Wire, frozen=True):
    """`version` grows with each change of this person; the highest is the newest."""

    user_id: str
    status: str
    last_seen_at: str | None = None
    note: str | None = None
    version: int = 0


class Notice(Wire, frozen=True):
    """`severity` is info, warning or error."""

    code: str
    severity: str
    message: str
    notice_id: str | None = None
    raised_at: str | None = None
