"""Whatever is said or heard, and what is within it. Made from contracts/ by `make publish`: change it there."""

from __future__ import annotations

from parley_client.wire import Wire


class AuditEntry(Wire, frozen=True):
    """Who (`actor_id`; absent: nobody known, or a part of Parley) did what (`action`, an ask's name or e.g.
    user.locked) to whom (`target_id`), when and from where. `outcome` is done, or the code of the refusal. `detail`
    names what was changed; never a password, a token or a text."""

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


class AuditList(Wire, frozen=True):
    entries: list[AuditEntry]
    next_cursor: str | None = None


class ChangePassword(Wire, frozen=True):
    """`login` may be absent where a Bearer token says who it is. With the token every other session ends, without it
    all."""

    current_password: str
    new_password: str
    login: str | None = None


class Connect(Wire, frozen=True):
    """`token` is an access token, or that of a service account. `cursor` is the last one seen, at a return: what was
    missed follows, or a snapshot."""

    token: str
    cursor: str | None = None


class Conversation(Wire, frozen=True):
    """What is the same for all, and, in answers and snapshots only, `read_seq`, `unread` and `may_write` of the
    asker. `member_ids` only up to 50 members. `name` of a direct conversation is the other's, in answers and
    snapshots only, and absent while nobody can tell it. `version` of a group is one more with each change; of two,
    the higher is the newer. `history` is what someone added sees: "joined" (absent), what comes from then on, or
    "everything". `muted`, `pinned` and `read_version`, that of the read marker, are the asker's. `readers`, in
    `conversation.get` only and of up to 50 members. `last_at`, in `group.list` only: when something was said last."""

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
    history: str | None = None
    muted: bool | None = None
    pinned: bool | None = None
    read_version: int | None = None
    readers: list[Reader] | None = None
    last_at: str | None = None


class ConversationAnswer(Wire, frozen=True):
    conversation: Conversation


class ConversationList(Wire, frozen=True):
    conversations: list[Conversation]
    next_cursor: str | None = None


class CreateGroup(Wire, frozen=True):
    """The asker becomes owner and is always a member. At most 5,000 members. `history`: what someone added later
    sees, "joined" (what comes from then on) or "everything"."""

    name: str
    member_ids: list[str]
    writing_enabled: bool = True
    history: str = "joined"
    request_id: str | None = None


class CreateToken(Wire, frozen=True):
    """`name`: where it is used, for whoever looks at the list. `scope` read: for hearing and asking alone; events:
    for listening on NATS, with the texts of messages withheld, or events.text, with them, and for no other door."""

    user_id: str
    name: str
    scope: str = "write"
    expires_in_days: int = 365


class CreateUser(Wire, frozen=True):
    """`request_id`: the same one from the same person gives the same result. Without a `password` they are invited:
    by mail, or by the link in the answer. `must_change`: the password does for one thing only, to change it. `kind`
    service, for admins: a bot, of the role agent, without password and e-mail address; it comes in by token.create,
    and takes no seat."""

    login: str
    name: str
    role: str
    password: str | None = None
    email: str | None = None
    must_change: bool = False
    request_id: str | None = None
    kind: str | None = None


class DeleteGroup(Wire, frozen=True):
    conversation_id: str


class DeleteMessage(Wire, frozen=True):
    """By its author within a time of sending it (a setting), by an admin always, also where they do not belong and
    read nothing. Its number stays, its text is gone. Repeatable."""

    conversation_id: str
    seq: int


class DismissNotice(Wire, frozen=True):
    notice_id: str


class EditMessage(Wire, frozen=True):
    """By its author, within a time of sending it (a setting). The same text is no change."""

    conversation_id: str
    seq: int
    text: str


class EndSession(Wire, frozen=True):
    session_id: str


class Export(Wire, frozen=True):
    """Oldest first. `names` of who wrote, by id, of those who can be told. `next_after_seq`: between parts only."""

    conversation: Conversation
    messages: list[Message]
    names: dict[str, str]
    next_after_seq: int | None = None


class ExportConversation(Wire, frozen=True):
    """All that was said in a conversation, whoever belongs to it. Over HTTP it comes as one document, however long:
    as JSON, or with `format` csv as a table. `after_seq` is the gateway's, which asks for one part after the
    other."""

    conversation_id: str
    format: str = "json"
    after_seq: int = 0


class ForgotPassword(Wire, frozen=True):
    login: str
    email: str


class FoundMessages(Wire, frozen=True):
    """Newest first. What was said a moment ago may be missing: the index is built behind the stream. A page may hold
    fewer than `limit`, even none, and have a next one: only without `next_cursor` it is the last."""

    messages: list[Message]
    next_cursor: str | None = None


class GetConversation(Wire, frozen=True):
    conversation_id: str


class GetImport(Wire, frozen=True):
    """For whoever imported and for admins; `not_found` for others, and a week later."""

    import_id: str


class GetUser(Wire, frozen=True):
    user_id: str


class GroupChange(Wire, frozen=True):
    """What changed in a group, of its system message; absent is unchanged. `added` and `removed` name at most 50
    people, the counts are of all."""

    name: str | None = None
    writing_enabled: bool | None = None
    history: str | None = None
    added: list[str] | None = None
    added_count: int | None = None
    removed: list[str] | None = None
    removed_count: int | None = None


class GroupList(Wire, frozen=True):
    """No word of what was said, and no `member_ids`: `member.list` has them. A page may hold fewer than `limit`, even
    none, and have a next one: only without `next_cursor` it is the last."""

    groups: list[Conversation]
    next_cursor: str | None = None


class GroupPush(Wire, frozen=True):
    conversation: Conversation
    cursor: str
    reason: str | None = None
    by: str | None = None


class ImportAnswer(Wire, frozen=True):
    report: ImportReport


class ImportFault(Wire, frozen=True):
    """`line` counts from 1, the header's. Nothing of a password is in `message`."""

    line: int
    message: str
    field: str | None = None


class ImportReport(Wire, frozen=True):
    """`state`: running, done or interrupted (import the file again: nobody is made twice). `done` of `total` lines;
    they were `created`, `unchanged`, or at fault. `invitations`: once, in the first answer after the work, to whoever
    imported, of those whom no mail reaches; `uninvited`: so many of them were not in one yet, and user.import_status
    has them."""

    import_id: str
    state: str
    dry_run: bool
    total: int
    done: int
    created: int
    unchanged: int
    faults: list[ImportFault]
    uninvited: int = 0
    invitations: list[Invitation] | None = None


class ImportUsers(Wire, frozen=True):
    """`csv`: UTF-8, separated by comma or semicolon; the header line names the columns login, name, role, and if
    wanted email and password, in any order. At most 5,000 people and 900,000 bytes. Over HTTP the file itself may be
    the body, as text/csv, with the other fields in the query. An import makes people and changes none: who is there
    with the same name, role and e-mail is unchanged, also their password, so that a file may be imported again; with
    others, a fault. A faulty line makes nobody, good ones are done all the same. `dry_run` gives the same report and
    does nothing: user.import_status knows nothing of it. `passwords`: take them from the file; each costs a hash, so
    progress is asked for with user.import_status. Unless asked for, a column of passwords is a fault of line 1.
    `must_change`: those passwords do for one thing only, to change them. Whoever has none is invited: by mail, or by
    a link in the report. Those links are made for the first answer, of user.import or user.import_status, that tells
    whoever imported that the work is done, and for that one only."""

    csv: str
    dry_run: bool = False
    passwords: bool = False
    must_change: bool = False


class Invitation(Wire, frozen=True):
    login: str
    link: str


class License(Wire, frozen=True):
    """`state`: valid, expiring (30 days) or expired. `seats_taken` counts people who are not disabled; service
    accounts take none."""

    license_id: str
    customer: str
    seats: int
    seats_taken: int
    expires_at: str
    contact: str
    state: str
    days_left: int


class LicenseAnswer(Wire, frozen=True):
    """Both absent: there is none, and no limit. `fault`: the file that is named is no valid licence; nobody new until
    it is."""

    license: License | None = None
    fault: str | None = None


class Limits(Wire, frozen=True):
    """What this house takes: more is refused. Seconds of the windows are counted from sending, 0 is never; absent:
    not known for the moment, so that only trying tells."""

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


class ListAudit(Wire, frozen=True):
    """Newest first. `user_id`: who did it, or whom it was done to. `action` e.g. user.create; `after` and `before`
    times."""

    user_id: str | None = None
    action: str | None = None
    outcome: str | None = None
    after: str | None = None
    before: str | None = None
    limit: int | None = None
    cursor: str | None = None


class ListConversations(Wire, frozen=True):
    """Newest first."""

    limit: int | None = None
    cursor: str | None = None


class ListGroups(Wire, frozen=True):
    """Whose name has `q` in it, whatever its case and accents; what was said in last comes first."""

    q: str | None = None
    limit: int | None = None
    cursor: str | None = None


class ListMembers(Wire, frozen=True):
    """Of a group an admin may ask without belonging to it."""

    conversation_id: str
    cursor: str | None = None
    limit: int | None = None


class ListMessages(Wire, frozen=True):
    """A page before or after a seq, or the newest; `limit` 50 unless told, at most 200."""

    conversation_id: str
    before_seq: int | None = None
    after_seq: int | None = None
    limit: int | None = None


class ListPresence(Wire, frozen=True):
    """Absent `user_ids`: everyone who is not offline, at most `limit` (2,000) from `cursor`, that of the page
    before."""

    user_ids: list[str] | None = None
    limit: int | None = None
    cursor: str | None = None


class ListSessions(Wire, frozen=True):
    """One's own; `user_id`: of someone one may manage."""

    user_id: str | None = None


class ListTokens(Wire, frozen=True):
    """Of this service account, or of all."""

    user_id: str | None = None


class ListUsers(Wire, frozen=True):
    """`q`: part of name or login, without case and accents. `status`: online, offline or all. `cursor`: from the page
    before. Agents see only people who are not disabled."""

    q: str | None = None
    status: str | None = None
    role: str | None = None
    limit: int | None = None
    cursor: str | None = None


class Login(Wire, frozen=True):
    """`session` "token" asks for the refresh token in the body; otherwise the gateway keeps it in a cookie."""

    login: str
    password: str
    session: str | None = None


class Logout(Wire, frozen=True):
    """The session of the asker, else the one of the refresh token."""

    refresh_token: str | None = None


class MarkUnread(Wire, frozen=True):
    """The message with this `seq`, and all after it, are unread for the asker: the only way a marker goes back. One
    that is further back already stays."""

    conversation_id: str
    seq: int


class MemberList(Wire, frozen=True):
    """`readers`: how far each of `member_ids` has read, in the same order; absent for who does not belong."""

    member_ids: list[str]
    next_cursor: str | None = None
    readers: list[Reader] | None = None


class Message(Wire, frozen=True):
    """`seq` is 1, 2, 3, … in its conversation. `text` is what was sent, to the byte; empty once it is deleted.
    `revision` is absent until it is edited or deleted, and one more with each of that: the highest is the newest.
    With a `change` it is a system message: `sender_id` changed the group, `text` says so in English."""

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
    revision: int | None = None
    deleted_by: str | None = None
    change: GroupChange | None = None


class MessageAnswer(Wire, frozen=True):
    message: Message


class MessageList(Wire, frozen=True):
    """Oldest first."""

    messages: list[Message]


class MessagePush(Wire, frozen=True):
    message: Message
    cursor: str


class Nothing(Wire, frozen=True):
    """Nothing to say."""


class Notice(Wire, frozen=True):
    """`severity` is info, warning or error. `days_left` of what expires; negative after it did. `user_ids` are the
    people it is about, at most 50 of `count`; `conversation_id` the conversation that it is about."""

    code: str
    severity: str
    message: str
    notice_id: str | None = None
    raised_at: str | None = None
    days_left: int | None = None
    contact: str | None = None
    user_ids: list[str] | None = None
    count: int | None = None
    conversation_id: str | None = None


class NoticeGone(Wire, frozen=True):
    notice_id: str


class OfConversation(Wire, frozen=True):
    """`mail`: "all" or "nothing"."""

    conversation_id: str
    mail: str


class PasswordPolicy(Wire, frozen=True):
    """Numbers of days. `history`: so many latest passwords, the current one included, may not be taken again. Not
    `enabled`: only `max_bytes` is a rule, and nothing expires. `reset_available`: whether a forgotten password can be
    reset by e-mail."""

    enabled: bool
    rules: list[PasswordRule]
    max_age_days: int
    warn_days: int
    history: int
    reset_available: bool


class PasswordRule(Wire, frozen=True):
    """One rule of the policy: `code` min_length, lowercase, uppercase, digit, special, max_bytes, different or
    history. `message` is what a refusal of this rule says under the field's `errors`, to the letter. `pattern`: a
    regular expression, the same in Python and JavaScript, that a password meeting the rule matches; absent where only
    the server can tell."""

    code: str
    message: str
    pattern: str | None = None


class People(Wire, frozen=True):
    people: list[PersonPresence]
    next_cursor: str | None = None


class PersonPresence(Wire, frozen=True):
    """`version` grows with each change of this person; the highest is the newest. `status` is online, away,
    do_not_disturb or offline. `status_until`: a chosen one ends by itself then; so does the `note` at
    `note_until`."""

    user_id: str
    status: str
    last_seen_at: str | None = None
    note: str | None = None
    version: int = 0
    status_until: str | None = None
    note_until: str | None = None


class Preferences(Wire, frozen=True):
    """What is mailed of what a person missed. `available`: whether this server sends such mails at all.
    `conversations` are those with "nothing"; what is muted is not mailed either. `language` absent: nobody knows
    it."""

    available: bool
    mail: bool
    conversations: list[OfConversation]
    quiet_hours: QuietHours | None = None
    language: str | None = None


class PreferencesAnswer(Wire, frozen=True):
    preferences: Preferences


class PresencePush(Wire, frozen=True):
    people: list[PersonPresence]
    version: int


class Problem(Wire, frozen=True):
    """A refusal over HTTP, as application/problem+json (RFC 9457). `status` is that of the response, `title` the
    `message`. `retry_after_s` is in seconds, as the header Retry-After; `errors` names the fields at fault; `reason`,
    of auth.refresh, why the session has ended."""

    type: str
    title: str
    status: int
    code: str
    message: str
    retry_after_s: float | None = None
    errors: dict[str, list[str]] | None = None
    reason: str | None = None


class QuietHours(Wire, frozen=True):
    """Every day from `begin` to `end`, hours and minutes of that time zone; over midnight where `end` is the earlier.
    Not `on`: kept, and of no effect."""

    on: bool
    begin: str
    end: str
    time_zone: str


class ReadAnswer(Wire, frozen=True):
    conversation_id: str
    read_seq: int
    unread: int


class ReadConversation(Wire, frozen=True):
    """A marker only goes forward; `seq` beyond the last message counts as the last."""

    conversation_id: str
    seq: int


class ReadPush(Wire, frozen=True):
    """The marker with the highest `version` counts. One's own markers follow in `unread`, which is always right."""

    conversation_id: str
    user_id: str
    seq: int
    cursor: str
    version: int = 0


class Reader(Wire, frozen=True):
    """How far a member has read."""

    user_id: str
    read_seq: int


class Ready(Wire, frozen=True):
    """Closes the catch-up: the client is live. A snapshot whenever `recovered` is false. `limits` are those of
    now."""

    user: User
    cursor: str
    recovered: bool
    server_time: str
    notices: list[Notice]
    last_ending: str | None = None
    snapshot: Snapshot | None = None
    limits: Limits | None = None


class Refresh(Wire, frozen=True):
    """`refresh_token` absent: the gateway fills in the cookie."""

    refresh_token: str | None = None


class RefreshSession(Wire, frozen=True):
    token: str


class Refreshed(Wire, frozen=True):
    """`expires_in` in seconds."""

    expires_in: int


class Refusal(Wire, frozen=True):
    """What the asker is told. `errors` names the fields at fault; `retry_after_s` is in seconds. `reason`: of a
    session that has ended, why, where auth.refresh is refused."""

    code: str
    message: str
    retry_after_s: float | None = None
    errors: dict[str, list[str]] | None = None
    reason: str | None = None


class ResetPassword(Wire, frozen=True):
    """`token` is that of the link in the mail: of a reset, or of an invitation."""

    token: str
    new_password: str


class RevokeToken(Wire, frozen=True):
    token_id: str


class SearchMessages(Wire, frozen=True):
    """Messages with every word of `q`, the last one as the beginning of a word; of what the asker may see, newest
    first. Case, accents and width are all one; words of scripts without spaces are found within a text. `sender_id`,
    `conversation_id`, and the times `since` and `until` (excluded) narrow it; `limit` 20 unless told, at most 50."""

    q: str
    conversation_id: str | None = None
    sender_id: str | None = None
    since: str | None = None
    until: str | None = None
    limit: int | None = None
    cursor: str | None = None


class SendMessage(Wire, frozen=True):
    """`client_message_id` is 1 to 64 characters, unique per sender and conversation: the same one, the same
    message."""

    to: To
    client_message_id: str
    text: str
    reply_to_seq: int | None = None


class ServiceToken(Wire, frozen=True):
    """A token of a service account, without its secret. `scope` read: it hears and asks, and says nothing; events or
    events.text: it listens on NATS alone. `last_used_at` to the minute; absent: never."""

    token_id: str
    user_id: str
    name: str
    scope: str
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


class SessionList(Wire, frozen=True):
    sessions: list[Session]


class SetPassword(Wire, frozen=True):
    """`must_change`: at the next log-in."""

    user_id: str
    password: str
    must_change: bool = True


class SetPreferences(Wire, frozen=True):
    """What is absent stays, so do conversations that are not named. At most 500 have "nothing"."""

    mail: bool | None = None
    conversations: list[OfConversation] | None = None
    quiet_hours: QuietHours | None = None
    language: str | None = None


class SetPresence(Wire, frozen=True):
    """What one shows of oneself, in place of what was set before. `status`: online (as it is: online while active,
    else away), away or do_not_disturb, until `status_until` where that is given. `note` at most 140 characters, until
    `note_until`."""

    status: str
    status_until: str | None = None
    note: str | None = None
    note_until: str | None = None


class Snapshot(Wire, frozen=True):
    """The newest 100 conversations, every pinned and every unread one, as many as 1 MiB can carry, at most 1,000;
    `unread` of all. `next_cursor`, of `conversation.list`, leads to all that is not here."""

    conversations: list[Conversation]
    unread: UnreadState
    next_cursor: str | None = None


class StartTyping(Wire, frozen=True):
    conversation_id: str


class To(Wire, frozen=True):
    """Exactly one of the two."""

    user_id: str | None = None
    conversation_id: str | None = None


class TokenList(Wire, frozen=True):
    tokens: list[ServiceToken]


class TokenMade(Wire, frozen=True):
    """`secret` is shown this once, and kept nowhere: what is shown at the doors as a Bearer token."""

    token: ServiceToken
    secret: str


class Tokens(Wire, frozen=True):
    """`expires_in` in seconds. The gateway takes `refresh_token` out of the body for browsers."""

    access_token: str
    expires_in: int
    user: User
    notices: list[Notice]
    refresh_token: str | None = None


class Told(Wire, frozen=True):
    """`reason`: of a session that has ended, why; `message` says it. What is none of the list: it has ended."""

    code: str
    message: str
    reason: str | None = None


class TypingPush(Wire, frozen=True):
    conversation_id: str
    user_id: str


class UnlockUser(Wire, frozen=True):
    user_id: str


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


class UpdateConversation(Wire, frozen=True):
    """What it is to the asker alone: `muted` raises no notification, `pinned` stays on top. At most 50 are pinned."""

    conversation_id: str
    muted: bool | None = None
    pinned: bool | None = None


class UpdateGroup(Wire, frozen=True):
    """`member_ids` replaces the others; the owner stays. What is so already is no change: nobody is told, `version`
    stays. To a leader who does not belong to the group `unread` is 0 and `may_write` false."""

    conversation_id: str
    name: str | None = None
    member_ids: list[str] | None = None
    writing_enabled: bool | None = None
    history: str | None = None


class UpdateUser(Wire, frozen=True):
    """What is absent stays. An empty `email` takes it away. `disabled` ends every session; nobody disables or demotes
    themselves, and the last admin stays one (`conflict`). Users change agents only, and give no other role."""

    user_id: str
    name: str | None = None
    email: str | None = None
    role: str | None = None
    disabled: bool | None = None


class UpdatedPush(Wire, frozen=True):
    """To one's own sockets: what the conversation is to this person."""

    conversation_id: str
    muted: bool
    pinned: bool
    version: int
    cursor: str


class User(Wire, frozen=True):
    """`invited`: has no password yet. `locked_until`: too many wrong passwords; `user.get` and `user.list` say it to
    those who may unlock. `email` is shown to leaders and to whose it is. `kind` service: a bot; it has no password
    and no presence, so neither `status` nor `last_seen_at`. Absent: a person."""

    user_id: str
    login: str
    name: str
    role: str
    email: str | None = None
    status: str | None = None
    last_seen_at: str | None = None
    disabled: bool = False
    created_at: str | None = None
    invited: bool = False
    locked_until: str | None = None
    kind: str | None = None


class UserAnswer(Wire, frozen=True):
    """`invitation`: once, to whoever made a person without a password, or made the former link void by changing
    e-mail address or role or by enabling, where no mail can be sent: the link to hand over."""

    user: User
    invitation: str | None = None


class UserList(Wire, frozen=True):
    users: list[User]
    next_cursor: str | None = None


class Warned(Wire, frozen=True):
    code: str
    message: str
    reconnect_after_ms: int | None = None


class Watch(Wire, frozen=True):
    """A list of at most 5,000 ids, or "all". Replaces what was watched before."""

    user_ids: list[str] | str


class Watched(Wire, frozen=True):
    people: list[PersonPresence]
    version: int
