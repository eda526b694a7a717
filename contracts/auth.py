"""Auth: who you are. People, passwords, sessions, the keys that tokens are signed with, the licence, the audit trail."""

from contracts.fields import (
    AccountKind,
    Email,
    ExportFormat,
    File,
    InBody,
    Name,
    NewLogin,
    NewPassword,
    Page,
    Role,
    RuleCode,
    Scope,
    Sought,
    TokenDays,
)
from contracts.limits import SearchText
from contracts.table import ADMINS, LEADERS, NOBODY, Ask, Event, Nothing, Route, Wire
from contracts.things import AuditEntry, ImportReport, License, Notice, ServiceToken, Session, User


class Login(Wire, frozen=True):
    """`session` "token" asks for the refresh token in the body; otherwise the gateway keeps it in a cookie."""

    login: str
    password: str
    session: InBody | None = None


class Tokens(Wire, frozen=True):
    """`expires_in` in seconds. The gateway takes `refresh_token` out of the body for browsers."""

    access_token: str
    expires_in: int
    user: User
    notices: list[Notice]
    refresh_token: str | None = None


class Refresh(Wire, frozen=True):
    """`refresh_token` absent: the gateway fills in the cookie."""

    refresh_token: str | None = None


class Logout(Wire, frozen=True):
    """The session of the asker, else the one of the refresh token."""

    refresh_token: str | None = None


class PasswordRule(Wire, frozen=True):
    """One rule of the policy: `code` min_length, lowercase, uppercase, digit, special, max_bytes, different or history.
    `message` is what a refusal of this rule says under the field's `errors`, to the letter. `pattern`: a regular expression,
    the same in Python and JavaScript, that a password meeting the rule matches; absent where only the server can tell."""

    code: RuleCode
    message: str
    pattern: str | None = None


class PasswordPolicy(Wire, frozen=True):
    """Numbers of days. `history`: so many latest passwords, the current one included, may not be taken again. Not `enabled`:
    only `max_bytes` is a rule, and nothing expires. `reset_available`: whether a forgotten password can be reset by e-mail."""

    enabled: bool
    rules: list[PasswordRule]
    max_age_days: int
    warn_days: int
    history: int
    reset_available: bool


class ChangePassword(Wire, frozen=True):
    """`login` may be absent where a Bearer token says who it is. With the token every other session ends, without it all."""

    current_password: str
    new_password: NewPassword
    login: str | None = None


class ForgotPassword(Wire, frozen=True):
    login: str
    email: str


class ResetPassword(Wire, frozen=True):
    """`token` is that of the link in the mail: of a reset, or of an invitation."""

    token: str
    new_password: NewPassword


class UserAnswer(Wire, frozen=True):
    """`invitation`: once, to whoever made a person without a password, or made the former link void by changing e-mail
    address or role or by enabling, where no mail can be sent: the link to hand over."""

    user: User
    invitation: str | None = None


class ListUsers(Wire, frozen=True):
    """`q`: part of name or login, without case and accents. `status`: online, offline or all. `cursor`: from the page before.
    Agents see only people who are not disabled."""

    q: SearchText | None = None
    status: Sought | None = None
    role: Role | None = None
    limit: Page | None = None
    cursor: str | None = None


class UserList(Wire, frozen=True):
    users: list[User]
    next_cursor: str | None = None


class CreateUser(Wire, frozen=True):
    """`request_id`: the same one from the same person gives the same result. Without a `password` they are invited: by mail,
    or by the link in the answer. `must_change`: the password does for one thing only, to change it. `kind` service, for admins:
    a bot, of the role agent, without password and e-mail address; it comes in by token.create, and takes no seat."""

    login: NewLogin
    name: Name
    role: Role
    password: NewPassword | None = None
    email: Email | None = None
    must_change: bool = False
    request_id: str | None = None
    kind: AccountKind | None = None


class CreateFirstAdmin(Wire, frozen=True):
    """Only while no admin is enabled, and needing no seat: `conflict` otherwise. Without a `password` they are invited."""

    login: str
    name: str
    password: str | None = None
    email: str | None = None


class GetUser(Wire, frozen=True):
    user_id: str


class UpdateUser(Wire, frozen=True):
    """What is absent stays. An empty `email` takes it away. `disabled` ends every session; nobody disables or demotes
    themselves, and the last admin stays one (`conflict`). Users change agents only, and give no other role."""

    user_id: str
    name: Name | None = None
    email: Email | None = None
    role: Role | None = None
    disabled: bool | None = None


class SetPassword(Wire, frozen=True):
    """`must_change`: at the next log-in."""

    user_id: str
    password: NewPassword
    must_change: bool = True


class UnlockUser(Wire, frozen=True):
    user_id: str


class ImportUsers(Wire, frozen=True):
    """`csv`: UTF-8, separated by comma or semicolon; the header line names the columns login, name, role, and if wanted email
    and password, in any order. At most 5,000 people and 900,000 bytes. Over HTTP the file itself may be the body, as
    text/csv, with the other fields in the query.

    An import makes people and changes none: who is there with the same name, role and e-mail is unchanged, also their
    password, so that a file may be imported again; with others, a fault. A faulty line makes nobody, good ones are done all
    the same. `dry_run` gives the same report and does nothing: user.import_status knows nothing of it.

    `passwords`: take them from the file; each costs a hash, so progress is asked for with user.import_status. Unless asked
    for, a column of passwords is a fault of line 1. `must_change`: those passwords do for one thing only, to change them.
    Whoever has none is invited: by mail, or by a link in the report. Those links are made for the first answer, of
    user.import or user.import_status, that tells whoever imported that the work is done, and for that one only."""

    csv: File
    dry_run: bool = False
    passwords: bool = False
    must_change: bool = False


class GetImport(Wire, frozen=True):
    """For whoever imported and for admins; `not_found` for others, and a week later."""

    import_id: str


class ImportAnswer(Wire, frozen=True):
    report: ImportReport


class ListSessions(Wire, frozen=True):
    """One's own; `user_id`: of someone one may manage."""

    user_id: str | None = None


class SessionList(Wire, frozen=True):
    sessions: list[Session]


class EndSession(Wire, frozen=True):
    session_id: str


class ListSessionsOf(Wire, frozen=True):
    """For an operator: where that person is logged in."""

    login: str


class EndSessionsOf(Wire, frozen=True):
    """For an operator: ends that session of this person, or all of theirs where none is named. What has ended stays so."""

    login: str
    session_id: str | None = None


class SessionsEnded(Wire, frozen=True):
    """Those that end by it."""

    session_ids: list[str]


class CreateToken(Wire, frozen=True):
    """`name`: where it is used, for whoever looks at the list. `scope` read: for hearing and asking alone;
    events: for listening on NATS, with the texts of messages withheld, or events.text, with them, and for no other door."""

    user_id: str
    name: Name
    scope: Scope = "write"
    expires_in_days: TokenDays = 365


class TokenMade(Wire, frozen=True):
    """`secret` is shown this once, and kept nowhere: what is shown at the doors as a Bearer token."""

    token: ServiceToken
    secret: str


class ListTokens(Wire, frozen=True):
    """Of this service account, or of all."""

    user_id: str | None = None


class TokenList(Wire, frozen=True):
    tokens: list[ServiceToken]


class RevokeToken(Wire, frozen=True):
    token_id: str


class CheckToken(Wire, frozen=True):
    """`token_hash`: SHA-256 of the secret, in hexadecimal digits."""

    token_hash: str


class TokenChecked(Wire, frozen=True):
    """Who comes with it. It is a session of theirs, `token_id` its id. `version` is the person's."""

    user: User
    token_id: str
    scope: Scope
    created_at: str
    expires_at: str
    version: int


class ListAudit(Wire, frozen=True):
    """Newest first. `user_id`: who did it, or whom it was done to. `action` e.g. user.create; `after` and `before` times."""

    user_id: str | None = None
    action: str | None = None
    outcome: str | None = None
    after: str | None = None
    before: str | None = None
    limit: Page | None = None
    cursor: str | None = None


class AuditList(Wire, frozen=True):
    entries: list[AuditEntry]
    next_cursor: str | None = None


class NoteRefused(Wire, frozen=True):
    """`ask`: one of auth that the asker's role forbids, which is why it went no further. `user_id`: whom it was about, where
    it said so. In the trail once a minute for each person and ask."""

    ask: str
    user_id: str | None = None


class NoteExport(Wire, frozen=True):
    """The asker is about to be given all that was said in a conversation: it is in the trail first."""

    conversation_id: str
    format: ExportFormat


class LicenseAnswer(Wire, frozen=True):
    """Both absent: there is none, and no limit. `fault`: the file that is named is no valid licence; nobody new until it is."""

    license: License | None = None
    fault: str | None = None


class LookUpUsers(Wire, frozen=True):
    """Up to 5,000 ids; the unknown ones are left out of the answer."""

    user_ids: list[str]


class Keys(Wire, frozen=True):
    """A JWK set (RFC 7517) of Ed25519 public keys (RFC 8037)."""

    keys: list[dict[str, str]]


class UserChanged(Wire, frozen=True):
    """`version` grows with each change of this person; the highest is the newest. Access tokens carry the `version` they
    were made at: every gateway refuses those from before that say another role, and closes their sockets."""

    user: User
    version: int | None = None


class PasswordChanged(Wire, frozen=True):
    """`reason`: changed (by themselves), reset (by a link) or set (by `by`). Nothing of the password is in it."""

    user_id: str
    reason: str
    at: str
    by: str | None = None


class AuditRecorded(Wire, frozen=True):
    entry: AuditEntry


class SessionStarted(Wire, frozen=True):
    session_id: str
    user_id: str
    at: str


class SessionEnded(Wire, frozen=True):
    """Every gateway closes the session's sockets and refuses its tokens from now on. `reason`: logout, ended, token_reused,
    password_changed, disabled or, of a token of a service account, revoked. `by`: who did it, where that is known."""

    session_id: str
    user_id: str
    reason: str
    at: str
    by: str | None = None


ASKS = (
    Ask(
        "auth.login",
        "auth",
        Login,
        Tokens,
        route=Route("POST", "/auth/login"),
        socket=False,
        idempotent=False,
        open=True,
        refusals=("invalid_credentials", "too_many_attempts", "account_disabled", "password_expired"),
        about="Begins a session.",
    ),
    Ask(
        "auth.refresh",
        "auth",
        Refresh,
        Tokens,
        route=Route("POST", "/auth/refresh"),
        socket=False,
        open=True,
        refusals=("token_invalid", "token_expired", "session_ended", "account_disabled", "password_expired"),
        about="The next access token of a session, and the next refresh token.",
    ),
    Ask(
        "auth.logout",
        "auth",
        Logout,
        Nothing,
        route=Route("POST", "/auth/logout", 204),
        socket=False,
        open=True,
        about="Ends a session, everywhere at once. What has ended already may be ended again.",
        services=False,
    ),
    Ask(
        "auth.password_policy",
        "auth",
        Nothing,
        PasswordPolicy,
        route=Route("GET", "/auth/password-policy"),
        socket=False,
        open=True,
        about="The rules for new passwords, for a form to show.",
    ),
    Ask(
        "auth.change_password",
        "auth",
        ChangePassword,
        Nothing,
        route=Route("POST", "/auth/password/change", 204),
        socket=False,
        idempotent=False,
        open=True,
        refusals=(
            "invalid_credentials",
            "too_many_attempts",
            "account_disabled",
            "forbidden",
            "password_policy",
            "password_reused",
        ),
        about="One's own password, with the current one; also when it has expired.",
        services=False,
    ),
    Ask(
        "auth.forgot_password",
        "auth",
        ForgotPassword,
        Nothing,
        route=Route("POST", "/auth/password/forgot", 204),
        socket=False,
        idempotent=False,
        open=True,
        refusals=("smtp_not_configured",),
        about="Mails a link to choose a new password, where login and address belong together. The answer is always the same.",
    ),
    Ask(
        "auth.reset_password",
        "auth",
        ResetPassword,
        Nothing,
        route=Route("POST", "/auth/password/reset", 204),
        socket=False,
        idempotent=False,
        open=True,
        refusals=("reset_token_invalid", "password_policy", "password_reused"),
        about="Chooses a password by a link. It works once.",
    ),
    Ask(
        "me.get",
        "auth",
        Nothing,
        UserAnswer,
        route=Route("GET", "/me"),
        about="The asker.",
    ),
    Ask(
        "user.list",
        "auth",
        ListUsers,
        UserList,
        route=Route("GET", "/users"),
        about="People, by name.",
    ),
    Ask(
        "user.get",
        "auth",
        GetUser,
        UserAnswer,
        route=Route("GET", "/users/{user_id}"),
        refusals=("not_found",),
        about="One person.",
    ),
    Ask(
        "user.create",
        "auth",
        CreateUser,
        UserAnswer,
        roles=LEADERS,
        route=Route("POST", "/users", 201),
        idempotent=False,
        askers=("gateway", "local"),
        refusals=("conflict", "seats_exhausted", "password_policy"),
        about="Makes a person.",
    ),
    Ask(
        "user.create_first_admin",
        "auth",
        CreateFirstAdmin,
        UserAnswer,
        NOBODY,
        socket=False,
        idempotent=False,
        askers=("operator",),
    ),
    Ask(
        "user.update",
        "auth",
        UpdateUser,
        UserAnswer,
        LEADERS,
        Route("PATCH", "/users/{user_id}"),
        refusals=("not_found", "conflict", "seats_exhausted"),
        about="Changes a person.",
    ),
    Ask(
        "user.set_password",
        "auth",
        SetPassword,
        Nothing,
        LEADERS,
        Route("PUT", "/users/{user_id}/password", 204),
        idempotent=False,
        refusals=("not_found", "password_policy", "password_reused"),
        about="Another one's password; every session of theirs ends.",
    ),
    Ask(
        "user.unlock",
        "auth",
        UnlockUser,
        Nothing,
        LEADERS,
        Route("POST", "/users/{user_id}/unlock", 204),
        refusals=("not_found",),
        about="Lets somebody try again who had too many wrong passwords. Who is not locked stays so.",
    ),
    Ask(
        "user.import",
        "auth",
        ImportUsers,
        ImportAnswer,
        LEADERS,
        Route("POST", "/users/import", file="csv"),
        socket=False,
        idempotent=False,
        about="Makes many people at once.",
    ),
    Ask(
        "user.import_status",
        "auth",
        GetImport,
        ImportAnswer,
        LEADERS,
        Route("GET", "/users/import/{import_id}"),
        idempotent=False,  # of two answers one might be lost, with the links in it
        refusals=("not_found",),
        about="How far an import is.",
    ),
    Ask(
        "session.list",
        "auth",
        ListSessions,
        SessionList,
        route=Route("GET", "/sessions"),
        refusals=("not_found",),
        about="Where somebody is logged in.",
        services=False,
    ),
    Ask(
        "session.end",
        "auth",
        EndSession,
        Nothing,
        route=Route("DELETE", "/sessions/{session_id}", 204),
        refusals=("not_found",),
        about="Ends a session, everywhere at once: one's own, or that of someone one may manage. It may be ended again.",
        services=False,
    ),
    Ask(
        "session.list_of",
        "auth",
        ListSessionsOf,
        SessionList,
        NOBODY,
        socket=False,
        askers=("operator",),
        refusals=("not_found",),
    ),
    Ask(
        "session.end_of",
        "auth",
        EndSessionsOf,
        SessionsEnded,
        NOBODY,
        socket=False,
        idempotent=False,
        askers=("operator",),
        refusals=("not_found",),
    ),
    Ask(
        "token.create",
        "auth",
        CreateToken,
        TokenMade,
        ADMINS,
        Route("POST", "/tokens", 201),
        idempotent=False,
        refusals=("not_found", "conflict"),
        about="Another token of a service account.",
    ),
    Ask(
        "token.list",
        "auth",
        ListTokens,
        TokenList,
        ADMINS,
        Route("GET", "/tokens"),
        refusals=("not_found",),
        about="Tokens that are good, newest first.",
    ),
    Ask(
        "token.revoke",
        "auth",
        RevokeToken,
        Nothing,
        ADMINS,
        Route("DELETE", "/tokens/{token_id}", 204),
        refusals=("not_found",),
        about="Ends a token, at once and for good: its sockets are closed. It may be revoked again.",
    ),
    Ask(
        "token.check",
        "auth",
        CheckToken,
        TokenChecked,
        NOBODY,
        socket=False,
        refusals=("token_invalid", "token_expired", "session_ended"),
    ),
    Ask(
        "audit.list",
        "auth",
        ListAudit,
        AuditList,
        ADMINS,
        Route("GET", "/audit"),
        about="Who did what to whom.",
    ),
    Ask(
        "audit.note_refused",
        "auth",
        NoteRefused,
        Nothing,
        NOBODY,
        socket=False,
        about="What a gateway refused for the role of who asked.",
    ),
    Ask(
        "audit.note_export",
        "auth",
        NoteExport,
        Nothing,
        NOBODY,
        socket=False,
        idempotent=False,
        askers=("messenger",),
        about="Notes that a conversation is exported.",
    ),
    Ask(
        "license.get",
        "auth",
        Nothing,
        LicenseAnswer,
        ADMINS,
        Route("GET", "/license"),
        askers=("gateway", "operator"),
        about="What the licence says.",
    ),
    Ask("user.look_up", "auth", LookUpUsers, UserList, NOBODY, socket=False, askers=("messenger", "notifier")),
    Ask("keys.get", "auth", Nothing, Keys, NOBODY, socket=False),
    Ask("keys.rotate", "auth", Nothing, Keys, NOBODY, socket=False, idempotent=False, askers=("operator",)),
)

USER_CREATED = Event(
    "user.created",
    "auth",
    UserChanged,
    ("user_id",),
    when="An account is there: made by an administrator, a file of people, or the first of all.",
    id="<user_id>.created",
    order="The highest `version` is the newest.",
)
USER_UPDATED = Event(
    "user.updated",
    "auth",
    UserChanged,
    ("user_id",),
    when="Something that others see of an account is another: its name, role, e-mail address, or whether it is disabled.",
    id="<user_id>.<version>.user.updated",
    order="The highest `version` is the newest.",
)
USER_DISABLED = Event(
    "user.disabled",
    "auth",
    UserChanged,
    ("user_id",),
    when="An account may not come in any more. What it is now is told as auth.user.updated, too.",
    id="<user_id>.<version>.user.disabled",
    order="The highest `version` is the newest.",
)
PASSWORD_CHANGED = Event(
    "password.changed",
    "auth",
    PasswordChanged,
    ("user_id",),
    when="A password is another.",
    id="<user_id>.<version>.password.changed",
    order="By `at`.",
)
SESSION_STARTED = Event(
    "session.started",
    "auth",
    SessionStarted,
    ("user_id",),
    when="Somebody has logged in, or a token of a service account was made.",
    id="<session_id>.started",
    order="Before auth.session.ended of the same session.",
)
SESSION_ENDED = Event(
    "session.ended",
    "auth",
    SessionEnded,
    ("user_id",),
    when="A session is over before its time, or a token was revoked. One that expires ends silently.",
    id="<session_id>.ended",
    order="The last of its session.",
)
AUDIT_RECORDED = Event(
    "audit.recorded",
    "auth",
    AuditRecorded,
    ("audit_id",),
    when="Something is in the audit trail, done or refused.",
    id="<audit_id>",
    order="By `at`.",
)
EVENTS = (
    USER_CREATED,
    USER_UPDATED,
    USER_DISABLED,
    PASSWORD_CHANGED,
    SESSION_STARTED,
    SESSION_ENDED,
    AUDIT_RECORDED,
)
