"""Every ask that a client has, with what is said and answered. Made from contracts/ by `make publish`: change it
there."""

from parley_client.contract import types
from parley_client.wire import Ask, Route

AUTH_LOGIN: Ask[types.Login, types.Tokens] = Ask(
    "auth.login",
    types.Login,
    types.Tokens,
    route=Route("POST", "/auth/login"),
    socket=False,
    repeatable=False,
    open=True,
)
"""Begins a session. `session` "token" asks for the refresh token in the body; otherwise the gateway keeps it in a
cookie. Without a token."""
AUTH_REFRESH: Ask[types.Refresh, types.Tokens] = Ask(
    "auth.refresh",
    types.Refresh,
    types.Tokens,
    route=Route("POST", "/auth/refresh"),
    socket=False,
    open=True,
)
"""The next access token of a session, and the next refresh token. `refresh_token` absent: the gateway fills in the
cookie. Without a token."""
AUTH_LOGOUT: Ask[types.Logout, types.Nothing] = Ask(
    "auth.logout",
    types.Logout,
    types.Nothing,
    route=Route("POST", "/auth/logout"),
    socket=False,
    open=True,
)
"""Ends a session, everywhere at once. What has ended already may be ended again. The session of the asker, else the
one of the refresh token. With a token, or without."""
AUTH_PASSWORD_POLICY: Ask[types.Nothing, types.PasswordPolicy] = Ask(
    "auth.password_policy",
    types.Nothing,
    types.PasswordPolicy,
    route=Route("GET", "/auth/password-policy"),
    socket=False,
    open=True,
)
"""The rules for new passwords, for a form to show. Without a token."""
AUTH_CHANGE_PASSWORD: Ask[types.ChangePassword, types.Nothing] = Ask(
    "auth.change_password",
    types.ChangePassword,
    types.Nothing,
    route=Route("POST", "/auth/password/change"),
    socket=False,
    repeatable=False,
    open=True,
)
"""One's own password, with the current one; also when it has expired. `login` may be absent where a Bearer token says
who it is. With the token every other session ends, without it all. With a token, or without."""
AUTH_FORGOT_PASSWORD: Ask[types.ForgotPassword, types.Nothing] = Ask(
    "auth.forgot_password",
    types.ForgotPassword,
    types.Nothing,
    route=Route("POST", "/auth/password/forgot"),
    socket=False,
    repeatable=False,
    open=True,
)
"""Mails a link to choose a new password, where login and address belong together. The answer is always the same.
Without a token."""
AUTH_RESET_PASSWORD: Ask[types.ResetPassword, types.Nothing] = Ask(
    "auth.reset_password",
    types.ResetPassword,
    types.Nothing,
    route=Route("POST", "/auth/password/reset"),
    socket=False,
    repeatable=False,
    open=True,
)
"""Chooses a password by a link. It works once. `token` is that of the link in the mail: of a reset, or of an
invitation. Without a token."""
ME_GET: Ask[types.Nothing, types.UserAnswer] = Ask(
    "me.get",
    types.Nothing,
    types.UserAnswer,
    route=Route("GET", "/me"),
)
"""The asker. For everyone."""
USER_LIST: Ask[types.ListUsers, types.UserList] = Ask(
    "user.list",
    types.ListUsers,
    types.UserList,
    route=Route("GET", "/users"),
)
"""People, by name. `q`: part of name or login, without case and accents. `status`: online, offline or all. `cursor`:
from the page before. Agents see only people who are not disabled. For everyone."""
USER_GET: Ask[types.GetUser, types.UserAnswer] = Ask(
    "user.get",
    types.GetUser,
    types.UserAnswer,
    route=Route("GET", "/users/{user_id}"),
)
"""One person. For everyone."""
USER_CREATE: Ask[types.CreateUser, types.UserAnswer] = Ask(
    "user.create",
    types.CreateUser,
    types.UserAnswer,
    route=Route("POST", "/users"),
    repeatable=False,
)
"""Makes a person. `request_id`: the same one from the same person gives the same result. Without a `password` they
are invited: by mail, or by the link in the answer. `must_change`: the password does for one thing only, to change it.
`kind` service, for admins: a bot, of the role agent, without password and e-mail address; it comes in by
token.create, and takes no seat. For users and admins."""
USER_UPDATE: Ask[types.UpdateUser, types.UserAnswer] = Ask(
    "user.update",
    types.UpdateUser,
    types.UserAnswer,
    route=Route("PATCH", "/users/{user_id}"),
)
"""Changes a person. What is absent stays. An empty `email` takes it away. `disabled` ends every session; nobody
disables or demotes themselves, and the last admin stays one (`conflict`). Users change agents only, and give no other
role. For users and admins."""
USER_SET_PASSWORD: Ask[types.SetPassword, types.Nothing] = Ask(
    "user.set_password",
    types.SetPassword,
    types.Nothing,
    route=Route("PUT", "/users/{user_id}/password"),
    repeatable=False,
)
"""Another one's password; every session of theirs ends. `must_change`: at the next log-in. For users and admins."""
USER_UNLOCK: Ask[types.UnlockUser, types.Nothing] = Ask(
    "user.unlock",
    types.UnlockUser,
    types.Nothing,
    route=Route("POST", "/users/{user_id}/unlock"),
)
"""Lets somebody try again who had too many wrong passwords. Who is not locked stays so. For users and admins."""
USER_IMPORT: Ask[types.ImportUsers, types.ImportAnswer] = Ask(
    "user.import",
    types.ImportUsers,
    types.ImportAnswer,
    route=Route("POST", "/users/import"),
    socket=False,
    repeatable=False,
)
"""Makes many people at once. `csv`: UTF-8, separated by comma or semicolon; the header line names the columns login,
name, role, and if wanted email and password, in any order. At most 5,000 people and 900,000 bytes. Over HTTP the file
itself may be the body, as text/csv, with the other fields in the query. An import makes people and changes none: who
is there with the same name, role and e-mail is unchanged, also their password, so that a file may be imported again;
with others, a fault. A faulty line makes nobody, good ones are done all the same. `dry_run` gives the same report and
does nothing: user.import_status knows nothing of it. `passwords`: take them from the file; each costs a hash, so
progress is asked for with user.import_status. Unless asked for, a column of passwords is a fault of line 1.
`must_change`: those passwords do for one thing only, to change them. Whoever has none is invited: by mail, or by a
link in the report. Those links are made for the first answer, of user.import or user.import_status, that tells
whoever imported that the work is done, and for that one only. For users and admins."""
USER_IMPORT_STATUS: Ask[types.GetImport, types.ImportAnswer] = Ask(
    "user.import_status",
    types.GetImport,
    types.ImportAnswer,
    route=Route("GET", "/users/import/{import_id}"),
    repeatable=False,
)
"""How far an import is. For whoever imported and for admins; `not_found` for others, and a week later. For users and
admins."""
SESSION_LIST: Ask[types.ListSessions, types.SessionList] = Ask(
    "session.list",
    types.ListSessions,
    types.SessionList,
    route=Route("GET", "/sessions"),
)
"""Where somebody is logged in. One's own; `user_id`: of someone one may manage. For everyone."""
SESSION_END: Ask[types.EndSession, types.Nothing] = Ask(
    "session.end",
    types.EndSession,
    types.Nothing,
    route=Route("DELETE", "/sessions/{session_id}"),
)
"""Ends a session, everywhere at once: one's own, or that of someone one may manage. It may be ended again. For
everyone."""
TOKEN_CREATE: Ask[types.CreateToken, types.TokenMade] = Ask(
    "token.create",
    types.CreateToken,
    types.TokenMade,
    route=Route("POST", "/tokens"),
    repeatable=False,
)
"""Another token of a service account. `name`: where it is used, for whoever looks at the list. `scope` read: for
hearing and asking alone; events: for listening on NATS, with the texts of messages withheld, or events.text, with
them, and for no other door. For admins."""
TOKEN_LIST: Ask[types.ListTokens, types.TokenList] = Ask(
    "token.list",
    types.ListTokens,
    types.TokenList,
    route=Route("GET", "/tokens"),
)
"""Tokens that are good, newest first. Of this service account, or of all. For admins."""
TOKEN_REVOKE: Ask[types.RevokeToken, types.Nothing] = Ask(
    "token.revoke",
    types.RevokeToken,
    types.Nothing,
    route=Route("DELETE", "/tokens/{token_id}"),
)
"""Ends a token, at once and for good: its sockets are closed. It may be revoked again. For admins."""
AUDIT_LIST: Ask[types.ListAudit, types.AuditList] = Ask(
    "audit.list",
    types.ListAudit,
    types.AuditList,
    route=Route("GET", "/audit"),
)
"""Who did what to whom. Newest first. `user_id`: who did it, or whom it was done to. `action` e.g. user.create;
`after` and `before` times. For admins."""
LICENSE_GET: Ask[types.Nothing, types.LicenseAnswer] = Ask(
    "license.get",
    types.Nothing,
    types.LicenseAnswer,
    route=Route("GET", "/license"),
)
"""What the licence says. For admins."""
MESSAGE_SEND: Ask[types.SendMessage, types.MessageAnswer] = Ask(
    "message.send",
    types.SendMessage,
    types.MessageAnswer,
    route=Route("POST", "/messages"),
)
"""Says something: to a conversation, or to a person, which begins the conversation of the two. `client_message_id` is
1 to 64 characters, unique per sender and conversation: the same one, the same message. For everyone."""
MESSAGE_LIST: Ask[types.ListMessages, types.MessageList] = Ask(
    "message.list",
    types.ListMessages,
    types.MessageList,
    route=Route("GET", "/conversations/{conversation_id}/messages"),
)
"""History. A page before or after a seq, or the newest; `limit` 50 unless told, at most 200. For everyone."""
CONVERSATION_EXPORT: Ask[types.ExportConversation, types.Export] = Ask(
    "conversation.export",
    types.ExportConversation,
    types.Export,
    route=Route("GET", "/conversations/{conversation_id}/export"),
    socket=False,
    repeatable=False,
)
"""All that was said in a conversation, whoever belongs to it. Over HTTP it comes as one document, however long: as
JSON, or with `format` csv as a table. `after_seq` is the gateway's, which asks for one part after the other. For
admins."""
CONVERSATION_LIST: Ask[types.ListConversations, types.ConversationList] = Ask(
    "conversation.list",
    types.ListConversations,
    types.ConversationList,
    route=Route("GET", "/conversations"),
)
"""The asker's conversations. Newest first. For everyone."""
CONVERSATION_GET: Ask[types.GetConversation, types.ConversationAnswer] = Ask(
    "conversation.get",
    types.GetConversation,
    types.ConversationAnswer,
    route=Route("GET", "/conversations/{conversation_id}"),
)
"""One conversation, with how far its members have read. For everyone."""
MESSAGE_EDIT: Ask[types.EditMessage, types.MessageAnswer] = Ask(
    "message.edit",
    types.EditMessage,
    types.MessageAnswer,
    route=Route("PATCH", "/conversations/{conversation_id}/messages/{seq}"),
)
"""Says it differently. By its author, within a time of sending it (a setting). The same text is no change. For
everyone."""
MESSAGE_DELETE: Ask[types.DeleteMessage, types.MessageAnswer] = Ask(
    "message.delete",
    types.DeleteMessage,
    types.MessageAnswer,
    route=Route("DELETE", "/conversations/{conversation_id}/messages/{seq}"),
)
"""Takes it back. By its author within a time of sending it (a setting), by an admin always, also where they do not
belong and read nothing. Its number stays, its text is gone. Repeatable. For everyone."""
MESSAGE_SEARCH: Ask[types.SearchMessages, types.FoundMessages] = Ask(
    "message.search",
    types.SearchMessages,
    types.FoundMessages,
    route=Route("GET", "/messages/search"),
)
"""Finds messages. Messages with every word of `q`, the last one as the beginning of a word; of what the asker may
see, newest first. Case, accents and width are all one; words of scripts without spaces are found within a text.
`sender_id`, `conversation_id`, and the times `since` and `until` (excluded) narrow it; `limit` 20 unless told, at
most 50. For everyone."""
CONVERSATION_MARK_UNREAD: Ask[types.MarkUnread, types.ReadAnswer] = Ask(
    "conversation.mark_unread",
    types.MarkUnread,
    types.ReadAnswer,
    route=Route("POST", "/conversations/{conversation_id}/unread"),
)
"""Puts the read marker back. The message with this `seq`, and all after it, are unread for the asker: the only way a
marker goes back. One that is further back already stays. For everyone."""
CONVERSATION_UPDATE: Ask[types.UpdateConversation, types.ConversationAnswer] = Ask(
    "conversation.update",
    types.UpdateConversation,
    types.ConversationAnswer,
    route=Route("PATCH", "/conversations/{conversation_id}"),
)
"""Mutes and pins. What it is to the asker alone: `muted` raises no notification, `pinned` stays on top. At most 50
are pinned. For everyone."""
CONVERSATION_READ: Ask[types.ReadConversation, types.ReadAnswer] = Ask(
    "conversation.read",
    types.ReadConversation,
    types.ReadAnswer,
    route=Route("POST", "/conversations/{conversation_id}/read"),
)
"""Puts the read marker forward. A marker only goes forward; `seq` beyond the last message counts as the last. For
everyone."""
GROUP_CREATE: Ask[types.CreateGroup, types.ConversationAnswer] = Ask(
    "group.create",
    types.CreateGroup,
    types.ConversationAnswer,
    route=Route("POST", "/groups"),
    repeatable=False,
)
"""Makes a group. The asker becomes owner and is always a member. At most 5,000 members. `history`: what someone added
later sees, "joined" (what comes from then on) or "everything". For users and admins."""
GROUP_UPDATE: Ask[types.UpdateGroup, types.ConversationAnswer] = Ask(
    "group.update",
    types.UpdateGroup,
    types.ConversationAnswer,
    route=Route("PATCH", "/groups/{conversation_id}"),
    repeatable=False,
)
"""Changes a group. `member_ids` replaces the others; the owner stays. What is so already is no change: nobody is
told, `version` stays. To a leader who does not belong to the group `unread` is 0 and `may_write` false. For users and
admins."""
GROUP_DELETE: Ask[types.DeleteGroup, types.Nothing] = Ask(
    "group.delete",
    types.DeleteGroup,
    types.Nothing,
    route=Route("DELETE", "/groups/{conversation_id}"),
)
"""Deletes a group: its members are told, and see nothing of it any more. For users and admins."""
GROUP_LIST: Ask[types.ListGroups, types.GroupList] = Ask(
    "group.list",
    types.ListGroups,
    types.GroupList,
    route=Route("GET", "/groups"),
)
"""Every group there is, whoever belongs to it. Whose name has `q` in it, whatever its case and accents; what was said
in last comes first. For admins."""
MEMBER_LIST: Ask[types.ListMembers, types.MemberList] = Ask(
    "member.list",
    types.ListMembers,
    types.MemberList,
    route=Route("GET", "/conversations/{conversation_id}/members"),
)
"""Who belongs to a conversation, page by page, in the order of ids. Of a group an admin may ask without belonging to
it. For everyone."""
PRESENCE_LIST: Ask[types.ListPresence, types.People] = Ask(
    "presence.list",
    types.ListPresence,
    types.People,
    route=Route("GET", "/presence"),
)
"""Who is here. Absent `user_ids`: everyone who is not offline, at most `limit` (2,000) from `cursor`, that of the
page before. For everyone."""
PRESENCE_SET: Ask[types.SetPresence, types.People] = Ask(
    "presence.set",
    types.SetPresence,
    types.People,
    route=Route("PUT", "/presence"),
)
"""How one is shown, and a note. What one shows of oneself, in place of what was set before. `status`: online (as it
is: online while active, else away), away or do_not_disturb, until `status_until` where that is given. `note` at most
140 characters, until `note_until`. For everyone."""
NOTICE_DISMISS: Ask[types.DismissNotice, types.Nothing] = Ask(
    "notice.dismiss",
    types.DismissNotice,
    types.Nothing,
    route=Route("DELETE", "/notices/{notice_id}"),
)
"""Does away with a notice that has a `notice_id`, on every device. For everyone."""
PREFERENCES_GET: Ask[types.Nothing, types.PreferencesAnswer] = Ask(
    "preferences.get",
    types.Nothing,
    types.PreferencesAnswer,
    route=Route("GET", "/me/preferences"),
)
"""What the asker is mailed of what they missed. For everyone."""
PREFERENCES_SET: Ask[types.SetPreferences, types.PreferencesAnswer] = Ask(
    "preferences.set",
    types.SetPreferences,
    types.PreferencesAnswer,
    route=Route("PATCH", "/me/preferences"),
)
"""Changes that. What is absent stays, so do conversations that are not named. At most 500 have "nothing". For
everyone."""
PRESENCE_WATCH: Ask[types.Watch, types.Watched] = Ask(
    "presence.watch",
    types.Watch,
    types.Watched,
)
"""From now on this socket is told how these people are, as `presence`. A list of at most 5,000 ids, or "all".
Replaces what was watched before. For everyone."""
PRESENCE_ACTIVE: Ask[types.Nothing, types.Nothing] = Ask(
    "presence.active",
    types.Nothing,
    types.Nothing,
)
"""The person did something: they are not away. Best said at most every ten seconds. For everyone."""
TYPING_START: Ask[types.StartTyping, types.Nothing] = Ask(
    "typing.start",
    types.StartTyping,
    types.Nothing,
)
"""The others of the conversation are told at once, as `typing`. It ends by itself: say it again every few seconds.
For everyone."""
SESSION_REFRESH: Ask[types.RefreshSession, types.Refreshed] = Ask(
    "session.refresh",
    types.RefreshSession,
    types.Refreshed,
)
"""A fresh access token, of the same session, in place of the socket's own: the connection lives on. For everyone."""
