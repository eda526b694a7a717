"""The things people see. Times are RFC 3339 UTC with milliseconds; ids opaque."""

from contracts.fields import AccountKind, History, ImportState, Kind, LicenseState, Role, Scope, Seq, Severity, Shown
from contracts.table import Wire


class User(Wire, frozen=True):
    """`invited`: has no password yet. `locked_until`: too many wrong passwords; `user.get` and `user.list` say it to those who
    may unlock. `email` is shown to leaders and to whose it is. `kind` service: a bot; it has no password and no presence, so
    neither `status` nor `last_seen_at`. Absent: a person."""

    user_id: str
    login: str
    name: str
    role: Role
    email: str | None = None
    status: Shown | None = None
    last_seen_at: str | None = None
    disabled: bool = False
    created_at: str | None = None
    invited: bool = False
    locked_until: str | None = None
    kind: AccountKind | None = None


class ServiceToken(Wire, frozen=True):
    """A token of a service account, without its secret. `scope` read: it hears and asks, and says nothing; events or
    events.text: it listens on NATS alone. `last_used_at` to the minute; absent: never."""

    token_id: str
    user_id: str
    name: str
    scope: Scope
    created_at: str
    expires_at: str
    last_used_at: str | None = None


class Session(Wire, frozen=True):
    """One log-in. `client` is what it called itself (User-Agent); `current`: the asker's own."""

    session_id: str
    created_at: str
    last_used_at: str
    expires_at: str
    address: str | None = None
    client: str | None = None
    current: bool = False


class ImportFault(Wire, frozen=True):
    """`line` counts from 1, the header's. Nothing of a password is in `message`."""

    line: int
    message: str
    field: str | None = None


class Invitation(Wire, frozen=True):
    login: str
    link: str


class ImportReport(Wire, frozen=True):
    """`state`: running, done or interrupted (import the file again: nobody is made twice). `done` of `total` lines; they were
    `created`, `unchanged`, or at fault. `invitations`: once, in the first answer after the work, to whoever imported, of those
    whom no mail reaches; `uninvited`: so many of them were not in one yet, and user.import_status has them."""

    import_id: str
    state: ImportState
    dry_run: bool
    total: int
    done: int
    created: int
    unchanged: int
    faults: list[ImportFault]
    uninvited: int = 0
    invitations: list[Invitation] | None = None


class AuditEntry(Wire, frozen=True):
    """Who (`actor_id`; absent: nobody known, or a part of Parley) did what (`action`, an ask's name or e.g. user.locked) to
    whom (`target_id`), when and from where. `outcome` is done, or the code of the refusal. `detail` names what was changed;
    never a password, a token or a text."""

    audit_id: str
    at: str
    action: str
    outcome: str
    actor_id: str | None = None
    actor_login: str | None = None
    target_id: str | None = None
    target_login: str | None = None
    session_id: str | None = None
    address: str | None = None
    detail: dict[str, str] | None = None


class License(Wire, frozen=True):
    """`state`: valid, expiring (30 days) or expired. `seats_taken` counts people who are not disabled; service
    accounts take none."""

    license_id: str
    customer: str
    seats: int
    seats_taken: int
    expires_at: str
    contact: str
    state: LicenseState
    days_left: int


class GroupChange(Wire, frozen=True):
    """What changed in a group, of its system message; absent is unchanged. `added` and `removed` name at most 50 people, the
    counts are of all."""

    name: str | None = None
    writing_enabled: bool | None = None
    history: History | None = None
    added: list[str] | None = None
    added_count: int | None = None
    removed: list[str] | None = None
    removed_count: int | None = None


class Message(Wire, frozen=True):
    """`seq` is 1, 2, 3, … in its conversation. `text` is what was sent, to the byte; empty once it is deleted. `revision` is
    absent until it is edited or deleted, and one more with each of that: the highest is the newest. With a `change` it is a
    system message: `sender_id` changed the group, `text` says so in English."""

    conversation_id: str
    seq: Seq
    message_id: str
    client_message_id: str
    sender_id: str
    text: str
    sent_at: str
    edited_at: str | None = None
    deleted_at: str | None = None
    reply_to_seq: int | None = None
    revision: int | None = None
    deleted_by: str | None = None
    change: GroupChange | None = None


class Reader(Wire, frozen=True):
    """How far a member has read."""

    user_id: str
    read_seq: int


class Conversation(Wire, frozen=True):
    """What is the same for all, and, in answers and snapshots only, `read_seq`, `unread` and `may_write` of the asker.

    `member_ids` only up to 50 members. `name` of a direct conversation is the other's, in answers and snapshots only, and
    absent while nobody can tell it. `version` of a group is one more with each change; of two, the higher is the newer.
    `history` is what someone added sees: "joined" (absent), what comes from then on, or "everything". `muted`, `pinned` and
    `read_version`, that of the read marker, are the asker's. `readers`, in `conversation.get` only and of up to 50 members.
    `last_at`, in `group.list` only: when something was said last.
    """

    conversation_id: str
    kind: Kind
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
    history: History | None = None
    muted: bool | None = None
    pinned: bool | None = None
    read_version: int | None = None
    readers: list[Reader] | None = None
    last_at: str | None = None


class Unread(Wire, frozen=True):
    """`version` of the read marker: of two, the higher is the newer. The count is always last_seq - read_seq."""

    conversation_id: str
    unread: int
    last_seq: int
    read_seq: int
    version: int = 0


class UnreadState(Wire, frozen=True):
    """`total` over all conversations; `conversations` those that changed, or all in a snapshot."""

    total: int
    conversations: list[Unread]


class PersonPresence(Wire, frozen=True):
    """`version` grows with each change of this person; the highest is the newest. `status` is online, away,
    do_not_disturb or offline. `status_until`: a chosen one ends by itself then; so does the `note` at `note_until`."""

    user_id: str
    status: Shown
    last_seen_at: str | None = None
    note: str | None = None
    version: int = 0
    status_until: str | None = None
    note_until: str | None = None


class Notice(Wire, frozen=True):
    """`severity` is info, warning or error. `days_left` of what expires; negative after it did. `user_ids` are the people it
    is about, at most 50 of `count`; `conversation_id` the conversation that it is about."""

    code: str
    severity: Severity
    message: str
    notice_id: str | None = None
    raised_at: str | None = None
    days_left: int | None = None
    contact: str | None = None
    user_ids: list[str] | None = None
    count: int | None = None
    conversation_id: str | None = None
