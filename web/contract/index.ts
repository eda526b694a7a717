// What clients of Parley say and hear. Made from contracts/ by `make publish`; docs/protocol.md is its manual.
//
//     const socket: Socket<Heard, Said> = io(url, { auth });
//     socket.on("message.sent", ({ message }) => show(message));
//     socket.emit("message.send", { to, client_message_id, text }, (answer) => { if (!answer.ok) explain(answer.error); });

/** Every code of a refusal, with its status over HTTP. */
export const STATUS = {
  /** Login and password do not go together: let the person type them again. */
  invalid_credentials: 401,
  /** Wait for `retry_after_s`: guessing is slowed down, by account and by address. */
  too_many_attempts: 429,
  /** An administrator has closed this account: say so. */
  account_disabled: 403,
  /** The password is right and does for one thing only: `auth.change_password`, then log in. */
  password_expired: 403,
  /** `errors` names the rules that are not met; `auth.password_policy` has all of them. */
  password_policy: 422,
  /** Choose a password that was not used lately. */
  password_reused: 422,
  /** The link is used, too old, or broken: ask for a new one. */
  reset_token_invalid: 400,
  /** No mail can be sent here: an administrator sets the password. */
  smtp_not_configured: 503,
  /** Drop the credential, show the log-in, and send `Authorization: Bearer <access_token>`. */
  unknown_authorization_format: 401,
  /** Drop the token and refresh, or log in. */
  token_invalid: 401,
  /** Refresh with `auth.refresh` and try again with the new access token. */
  token_expired: 401,
  /** Logged out, here or elsewhere: drop all tokens and show the log-in. */
  session_ended: 401,
  /** Nothing helps: this person may not do this. */
  forbidden: 403,
  /** It is not there, or not for this person: take it off the screen. */
  not_found: 404,
  /** Not at this path: the header Allow names the methods. */
  method_not_allowed: 405,
  /** It does not go together with what is there now: load it again and let the person decide. */
  conflict: 409,
  /** The licence has no free seat: disable somebody, or enlarge it. */
  seats_exhausted: 409,
  /** A bug in the client, or a form to correct: `errors` names the fields at fault. Do not repeat it unchanged. */
  invalid: 422,
  /** Only the owner and administrators write here: close the composer. */
  writing_disabled: 403,
  /** Say less: the message names the limit. Do not repeat it unchanged. */
  too_large: 413,
  /** Wait for `retry_after_s`, then go on more slowly. */
  rate_limited: 429,
  /** Close other connections of this person, then connect again. */
  too_many_connections: 429,
  /** It passes: try the same again after `retry_after_s`, with growing pauses; see what may be repeated. */
  unavailable: 503,
  /** A fault on this side, noted there. Try once more, then say that it failed. */
  internal: 500,
} as const;

export type Code = keyof typeof STATUS;

/** Every way a connection ends. `returns`: the official client comes back by itself. */
export const ENDINGS = {
  draining: {"message": "This gateway is going away; another one takes over.", "returns": true, "warned": true},
  session_ended: {"message": "The session has ended: log in again.", "returns": false, "warned": false},
  session_expired: {"message": "The access token has expired: connect with a fresh one.", "returns": true, "warned": true},
  slow_consumer: {"message": "The connection could not keep up; what was missed follows on return.", "returns": true, "warned": false},
  too_many_connections: {"message": "This person has too many connections.", "returns": false, "warned": false},
  unauthorized: {"message": "The credential was not accepted.", "returns": false, "warned": false},
  protocol_error: {"message": "The connection sent something that is not the protocol.", "returns": true, "warned": false},
  too_many_packets: {"message": "The connection sent more than a client ever has to.", "returns": true, "warned": false},
  unavailable: {"message": "A part that is needed is away; try again.", "returns": true, "warned": false},
} as const;

export type Ending = keyof typeof ENDINGS;

/** Where each ask is over HTTP; those that are not here are of sockets only. */
export const ROUTES = {
  "auth.login": {"method": "POST", "path": "/api/v1/auth/login", "status": 200},
  "auth.refresh": {"method": "POST", "path": "/api/v1/auth/refresh", "status": 200},
  "auth.logout": {"method": "POST", "path": "/api/v1/auth/logout", "status": 204},
  "auth.password_policy": {"method": "GET", "path": "/api/v1/auth/password-policy", "status": 200},
  "auth.change_password": {"method": "POST", "path": "/api/v1/auth/password/change", "status": 204},
  "auth.forgot_password": {"method": "POST", "path": "/api/v1/auth/password/forgot", "status": 204},
  "auth.reset_password": {"method": "POST", "path": "/api/v1/auth/password/reset", "status": 204},
  "me.get": {"method": "GET", "path": "/api/v1/me", "status": 200},
  "user.list": {"method": "GET", "path": "/api/v1/users", "status": 200},
  "user.get": {"method": "GET", "path": "/api/v1/users/{user_id}", "status": 200},
  "user.create": {"method": "POST", "path": "/api/v1/users", "status": 201},
  "user.update": {"method": "PATCH", "path": "/api/v1/users/{user_id}", "status": 200},
  "user.set_password": {"method": "PUT", "path": "/api/v1/users/{user_id}/password", "status": 204},
  "user.unlock": {"method": "POST", "path": "/api/v1/users/{user_id}/unlock", "status": 204},
  "user.import": {"method": "POST", "path": "/api/v1/users/import", "status": 200},
  "user.import_status": {"method": "GET", "path": "/api/v1/users/import/{import_id}", "status": 200},
  "session.list": {"method": "GET", "path": "/api/v1/sessions", "status": 200},
  "session.end": {"method": "DELETE", "path": "/api/v1/sessions/{session_id}", "status": 204},
  "token.create": {"method": "POST", "path": "/api/v1/tokens", "status": 201},
  "token.list": {"method": "GET", "path": "/api/v1/tokens", "status": 200},
  "token.revoke": {"method": "DELETE", "path": "/api/v1/tokens/{token_id}", "status": 204},
  "audit.list": {"method": "GET", "path": "/api/v1/audit", "status": 200},
  "license.get": {"method": "GET", "path": "/api/v1/license", "status": 200},
  "message.send": {"method": "POST", "path": "/api/v1/messages", "status": 201},
  "message.list": {"method": "GET", "path": "/api/v1/conversations/{conversation_id}/messages", "status": 200},
  "conversation.export": {"method": "GET", "path": "/api/v1/conversations/{conversation_id}/export", "status": 200},
  "conversation.list": {"method": "GET", "path": "/api/v1/conversations", "status": 200},
  "conversation.get": {"method": "GET", "path": "/api/v1/conversations/{conversation_id}", "status": 200},
  "message.edit": {"method": "PATCH", "path": "/api/v1/conversations/{conversation_id}/messages/{seq}", "status": 200},
  "message.delete": {"method": "DELETE", "path": "/api/v1/conversations/{conversation_id}/messages/{seq}", "status": 200},
  "message.search": {"method": "GET", "path": "/api/v1/messages/search", "status": 200},
  "conversation.mark_unread": {"method": "POST", "path": "/api/v1/conversations/{conversation_id}/unread", "status": 200},
  "conversation.update": {"method": "PATCH", "path": "/api/v1/conversations/{conversation_id}", "status": 200},
  "conversation.read": {"method": "POST", "path": "/api/v1/conversations/{conversation_id}/read", "status": 200},
  "group.create": {"method": "POST", "path": "/api/v1/groups", "status": 201},
  "group.update": {"method": "PATCH", "path": "/api/v1/groups/{conversation_id}", "status": 200},
  "group.delete": {"method": "DELETE", "path": "/api/v1/groups/{conversation_id}", "status": 204},
  "group.list": {"method": "GET", "path": "/api/v1/groups", "status": 200},
  "member.list": {"method": "GET", "path": "/api/v1/conversations/{conversation_id}/members", "status": 200},
  "presence.list": {"method": "GET", "path": "/api/v1/presence", "status": 200},
  "presence.set": {"method": "PUT", "path": "/api/v1/presence", "status": 200},
  "notice.dismiss": {"method": "DELETE", "path": "/api/v1/notices/{notice_id}", "status": 204},
  "preferences.get": {"method": "GET", "path": "/api/v1/me/preferences", "status": 200},
  "preferences.set": {"method": "PATCH", "path": "/api/v1/me/preferences", "status": 200},
} as const;

/** What may be said again as it is where no answer came. */
export const REPEATABLE = [
  "auth.refresh",
  "auth.logout",
  "auth.password_policy",
  "me.get",
  "user.list",
  "user.get",
  "user.update",
  "user.unlock",
  "session.list",
  "session.end",
  "token.list",
  "token.revoke",
  "audit.list",
  "license.get",
  "message.send",
  "message.list",
  "conversation.list",
  "conversation.get",
  "message.edit",
  "message.delete",
  "message.search",
  "conversation.mark_unread",
  "conversation.update",
  "conversation.read",
  "group.delete",
  "group.list",
  "member.list",
  "presence.list",
  "presence.set",
  "notice.dismiss",
  "preferences.get",
  "preferences.set",
  "presence.watch",
  "presence.active",
  "typing.start",
  "session.refresh",
] as const;

/**
 * Who (`actor_id`; absent: nobody known, or a part of Parley) did what (`action`, an ask's name or e.g. user.locked)
 * to whom (`target_id`), when and from where. `outcome` is done, or the code of the refusal. `detail` names what was
 * changed; never a password, a token or a text.
 */
export interface AuditEntry {
  audit_id: string;
  at: string;
  /**
   * Who (`actor_id`; absent: nobody known, or a part of Parley) did what (`action`, an ask's name or e.g.
   * user.locked) to whom (`target_id`), when and from where.
   */
  action: string;
  /** `outcome` is done, or the code of the refusal. */
  outcome: string;
  /**
   * Who (`actor_id`; absent: nobody known, or a part of Parley) did what (`action`, an ask's name or e.g.
   * user.locked) to whom (`target_id`), when and from where.
   */
  actor_id?: string;
  actor_login?: string;
  /**
   * Who (`actor_id`; absent: nobody known, or a part of Parley) did what (`action`, an ask's name or e.g.
   * user.locked) to whom (`target_id`), when and from where.
   */
  target_id?: string;
  target_login?: string;
  session_id?: string;
  address?: string;
  /** `detail` names what was changed; never a password, a token or a text. */
  detail?: Record<string, string>;
}

export interface AuditList {
  entries: AuditEntry[];
  next_cursor?: string;
}

/**
 * `login` may be absent where a Bearer token says who it is. With the token every other session ends, without it all.
 */
export interface ChangePassword {
  current_password: string;
  new_password: string;
  /** `login` may be absent where a Bearer token says who it is. */
  login?: string;
}

/**
 * `token` is an access token, or that of a service account. `cursor` is the last one seen, at a return: what was
 * missed follows, or a snapshot.
 */
export interface Connect {
  /** `token` is an access token, or that of a service account. */
  token: string;
  /** `cursor` is the last one seen, at a return: what was missed follows, or a snapshot. */
  cursor?: string;
}

/**
 * What is the same for all, and, in answers and snapshots only, `read_seq`, `unread` and `may_write` of the asker.
 * `member_ids` only up to 50 members. `name` of a direct conversation is the other's, in answers and snapshots only,
 * and absent while nobody can tell it. `version` of a group is one more with each change; of two, the higher is the
 * newer. `history` is what someone added sees: "joined" (absent), what comes from then on, or "everything". `muted`,
 * `pinned` and `read_version`, that of the read marker, are the asker's. `readers`, in `conversation.get` only and of
 * up to 50 members. `last_at`, in `group.list` only: when something was said last.
 */
export interface Conversation {
  conversation_id: string;
  kind: "direct" | "group";
  member_count: number;
  writing_enabled: boolean;
  last_seq: number;
  /**
   * `name` of a direct conversation is the other's, in answers and snapshots only, and absent while nobody can tell
   * it.
   */
  name?: string;
  owner_id?: string;
  /** `member_ids` only up to 50 members. */
  member_ids?: string[];
  last_message?: Message;
  created_at?: string;
  /**
   * What is the same for all, and, in answers and snapshots only, `read_seq`, `unread` and `may_write` of the asker.
   */
  read_seq?: number;
  /**
   * What is the same for all, and, in answers and snapshots only, `read_seq`, `unread` and `may_write` of the asker.
   */
  unread?: number;
  /**
   * What is the same for all, and, in answers and snapshots only, `read_seq`, `unread` and `may_write` of the asker.
   */
  may_write?: boolean;
  /** `version` of a group is one more with each change; of two, the higher is the newer. */
  version?: number;
  /** `history` is what someone added sees: "joined" (absent), what comes from then on, or "everything". */
  history?: "joined" | "everything";
  /** `muted`, `pinned` and `read_version`, that of the read marker, are the asker's. */
  muted?: boolean;
  /** `muted`, `pinned` and `read_version`, that of the read marker, are the asker's. */
  pinned?: boolean;
  /** `muted`, `pinned` and `read_version`, that of the read marker, are the asker's. */
  read_version?: number;
  /** `readers`, in `conversation.get` only and of up to 50 members. */
  readers?: Reader[];
  /** `last_at`, in `group.list` only: when something was said last. */
  last_at?: string;
}

export interface ConversationAnswer {
  conversation: Conversation;
}

export interface ConversationList {
  conversations: Conversation[];
  next_cursor?: string;
}

/**
 * The asker becomes owner and is always a member. At most 5,000 members. `history`: what someone added later sees,
 * "joined" (what comes from then on) or "everything".
 */
export interface CreateGroup {
  name: string;
  member_ids: string[];
  /** When absent: true. */
  writing_enabled?: boolean;
  /**
   * `history`: what someone added later sees, "joined" (what comes from then on) or "everything". When absent:
   * "joined".
   */
  history?: "joined" | "everything";
  request_id?: string;
}

/**
 * `name`: where it is used, for whoever looks at the list. `scope` read: for hearing and asking alone; events: for
 * listening on NATS, with the texts of messages withheld, or events.text, with them, and for no other door.
 */
export interface CreateToken {
  user_id: string;
  /** `name`: where it is used, for whoever looks at the list. */
  name: string;
  /**
   * `scope` read: for hearing and asking alone; events: for listening on NATS, with the texts of messages withheld,
   * or events.text, with them, and for no other door. When absent: "write".
   */
  scope?: "read" | "write" | "events" | "events.text";
  /** When absent: 365. */
  expires_in_days?: number;
}

/**
 * `request_id`: the same one from the same person gives the same result. Without a `password` they are invited: by
 * mail, or by the link in the answer. `must_change`: the password does for one thing only, to change it. `kind`
 * service, for admins: a bot, of the role agent, without password and e-mail address; it comes in by token.create,
 * and takes no seat.
 */
export interface CreateUser {
  login: string;
  name: string;
  role: "agent" | "user" | "admin";
  /** Without a `password` they are invited: by mail, or by the link in the answer. */
  password?: string;
  email?: string;
  /** `must_change`: the password does for one thing only, to change it. When absent: false. */
  must_change?: boolean;
  /** `request_id`: the same one from the same person gives the same result. */
  request_id?: string;
  /**
   * `kind` service, for admins: a bot, of the role agent, without password and e-mail address; it comes in by
   * token.create, and takes no seat.
   */
  kind?: "service";
}

export interface DeleteGroup {
  conversation_id: string;
}

/**
 * By its author within a time of sending it (a setting), by an admin always, also where they do not belong and read
 * nothing. Its number stays, its text is gone. Repeatable.
 */
export interface DeleteMessage {
  conversation_id: string;
  seq: number;
}

export interface DismissNotice {
  notice_id: string;
}

/** By its author, within a time of sending it (a setting). The same text is no change. */
export interface EditMessage {
  conversation_id: string;
  seq: number;
  text: string;
}

export interface EndSession {
  session_id: string;
}

/** Oldest first. `names` of who wrote, by id, of those who can be told. `next_after_seq`: between parts only. */
export interface Export {
  conversation: Conversation;
  messages: Message[];
  /** `names` of who wrote, by id, of those who can be told. */
  names: Record<string, string>;
  /** `next_after_seq`: between parts only. */
  next_after_seq?: number;
}

/**
 * All that was said in a conversation, whoever belongs to it. Over HTTP it comes as one document, however long: as
 * JSON, or with `format` csv as a table. `after_seq` is the gateway's, which asks for one part after the other.
 */
export interface ExportConversation {
  conversation_id: string;
  /**
   * Over HTTP it comes as one document, however long: as JSON, or with `format` csv as a table. When absent: "json".
   */
  format?: "json" | "csv";
  /** `after_seq` is the gateway's, which asks for one part after the other. When absent: 0. */
  after_seq?: number;
}

export interface ForgotPassword {
  login: string;
  email: string;
}

/**
 * Newest first. What was said a moment ago may be missing: the index is built behind the stream. A page may hold
 * fewer than `limit`, even none, and have a next one: only without `next_cursor` it is the last.
 */
export interface FoundMessages {
  messages: Message[];
  /**
   * A page may hold fewer than `limit`, even none, and have a next one: only without `next_cursor` it is the last.
   */
  next_cursor?: string;
}

export interface GetConversation {
  conversation_id: string;
}

/** For whoever imported and for admins; `not_found` for others, and a week later. */
export interface GetImport {
  import_id: string;
}

export interface GetUser {
  user_id: string;
}

/**
 * What changed in a group, of its system message; absent is unchanged. `added` and `removed` name at most 50 people,
 * the counts are of all.
 */
export interface GroupChange {
  name?: string;
  writing_enabled?: boolean;
  history?: "joined" | "everything";
  /** `added` and `removed` name at most 50 people, the counts are of all. */
  added?: string[];
  added_count?: number;
  /** `added` and `removed` name at most 50 people, the counts are of all. */
  removed?: string[];
  removed_count?: number;
}

/**
 * No word of what was said, and no `member_ids`: `member.list` has them. A page may hold fewer than `limit`, even
 * none, and have a next one: only without `next_cursor` it is the last.
 */
export interface GroupList {
  groups: Conversation[];
  /**
   * A page may hold fewer than `limit`, even none, and have a next one: only without `next_cursor` it is the last.
   */
  next_cursor?: string;
}

export interface GroupPush {
  conversation: Conversation;
  cursor: string;
  reason?: string;
  by?: string;
}

export interface ImportAnswer {
  report: ImportReport;
}

/** `line` counts from 1, the header's. Nothing of a password is in `message`. */
export interface ImportFault {
  /** `line` counts from 1, the header's. */
  line: number;
  /** Nothing of a password is in `message`. */
  message: string;
  field?: string;
}

/**
 * `state`: running, done or interrupted (import the file again: nobody is made twice). `done` of `total` lines; they
 * were `created`, `unchanged`, or at fault. `invitations`: once, in the first answer after the work, to whoever
 * imported, of those whom no mail reaches; `uninvited`: so many of them were not in one yet, and user.import_status
 * has them.
 */
export interface ImportReport {
  import_id: string;
  /** `state`: running, done or interrupted (import the file again: nobody is made twice). */
  state: "running" | "done" | "interrupted";
  dry_run: boolean;
  /** `done` of `total` lines; they were `created`, `unchanged`, or at fault. */
  total: number;
  /** `done` of `total` lines; they were `created`, `unchanged`, or at fault. */
  done: number;
  /** `done` of `total` lines; they were `created`, `unchanged`, or at fault. */
  created: number;
  /** `done` of `total` lines; they were `created`, `unchanged`, or at fault. */
  unchanged: number;
  faults: ImportFault[];
  /**
   * `invitations`: once, in the first answer after the work, to whoever imported, of those whom no mail reaches;
   * `uninvited`: so many of them were not in one yet, and user.import_status has them. When absent: 0.
   */
  uninvited?: number;
  /**
   * `invitations`: once, in the first answer after the work, to whoever imported, of those whom no mail reaches;
   * `uninvited`: so many of them were not in one yet, and user.import_status has them.
   */
  invitations?: Invitation[];
}

/**
 * `csv`: UTF-8, separated by comma or semicolon; the header line names the columns login, name, role, and if wanted
 * email and password, in any order. At most 5,000 people and 900,000 bytes. Over HTTP the file itself may be the
 * body, as text/csv, with the other fields in the query. An import makes people and changes none: who is there with
 * the same name, role and e-mail is unchanged, also their password, so that a file may be imported again; with
 * others, a fault. A faulty line makes nobody, good ones are done all the same. `dry_run` gives the same report and
 * does nothing: user.import_status knows nothing of it. `passwords`: take them from the file; each costs a hash, so
 * progress is asked for with user.import_status. Unless asked for, a column of passwords is a fault of line 1.
 * `must_change`: those passwords do for one thing only, to change them. Whoever has none is invited: by mail, or by a
 * link in the report. Those links are made for the first answer, of user.import or user.import_status, that tells
 * whoever imported that the work is done, and for that one only.
 */
export interface ImportUsers {
  /**
   * `csv`: UTF-8, separated by comma or semicolon; the header line names the columns login, name, role, and if wanted
   * email and password, in any order.
   */
  csv: string;
  /** `dry_run` gives the same report and does nothing: user.import_status knows nothing of it. When absent: false. */
  dry_run?: boolean;
  /**
   * `passwords`: take them from the file; each costs a hash, so progress is asked for with user.import_status. When
   * absent: false.
   */
  passwords?: boolean;
  /** `must_change`: those passwords do for one thing only, to change them. When absent: false. */
  must_change?: boolean;
}

export interface Invitation {
  login: string;
  link: string;
}

/**
 * `state`: valid, expiring (30 days) or expired. `seats_taken` counts people who are not disabled; service accounts
 * take none.
 */
export interface License {
  license_id: string;
  customer: string;
  seats: number;
  /** `seats_taken` counts people who are not disabled; service accounts take none. */
  seats_taken: number;
  expires_at: string;
  contact: string;
  /** `state`: valid, expiring (30 days) or expired. */
  state: "valid" | "expiring" | "expired";
  days_left: number;
}

/**
 * Both absent: there is none, and no limit. `fault`: the file that is named is no valid licence; nobody new until it
 * is.
 */
export interface LicenseAnswer {
  license?: License;
  /** `fault`: the file that is named is no valid licence; nobody new until it is. */
  fault?: string;
}

/**
 * What this house takes: more is refused. Seconds of the windows are counted from sending, 0 is never; absent: not
 * known for the moment, so that only trying tells.
 */
export interface Limits {
  text_bytes_max: number;
  name_chars_max: number;
  note_chars_max: number;
  email_chars_max: number;
  search_chars_max: number;
  members_max: number;
  pinned_max: number;
  import_bytes_max: number;
  import_people_max: number;
  edit_window_s?: number;
  delete_window_s?: number;
}

/**
 * Newest first. `user_id`: who did it, or whom it was done to. `action` e.g. user.create; `after` and `before` times.
 */
export interface ListAudit {
  /** `user_id`: who did it, or whom it was done to. */
  user_id?: string;
  /** `action` e.g. user.create; `after` and `before` times. */
  action?: string;
  outcome?: string;
  /** `action` e.g. user.create; `after` and `before` times. */
  after?: string;
  /** `action` e.g. user.create; `after` and `before` times. */
  before?: string;
  limit?: number;
  cursor?: string;
}

/** Newest first. */
export interface ListConversations {
  limit?: number;
  cursor?: string;
}

/** Whose name has `q` in it, whatever its case and accents; what was said in last comes first. */
export interface ListGroups {
  /** Whose name has `q` in it, whatever its case and accents; what was said in last comes first. */
  q?: string;
  limit?: number;
  cursor?: string;
}

/** Of a group an admin may ask without belonging to it. */
export interface ListMembers {
  conversation_id: string;
  cursor?: string;
  limit?: number;
}

/** A page before or after a seq, or the newest; `limit` 50 unless told, at most 200. */
export interface ListMessages {
  conversation_id: string;
  before_seq?: number;
  after_seq?: number;
  /** A page before or after a seq, or the newest; `limit` 50 unless told, at most 200. */
  limit?: number;
}

/** Absent `user_ids`: everyone who is not offline, at most `limit` (2,000) from `cursor`, that of the page before. */
export interface ListPresence {
  /**
   * Absent `user_ids`: everyone who is not offline, at most `limit` (2,000) from `cursor`, that of the page before.
   */
  user_ids?: string[];
  /**
   * Absent `user_ids`: everyone who is not offline, at most `limit` (2,000) from `cursor`, that of the page before.
   */
  limit?: number;
  /**
   * Absent `user_ids`: everyone who is not offline, at most `limit` (2,000) from `cursor`, that of the page before.
   */
  cursor?: string;
}

/** One's own; `user_id`: of someone one may manage. */
export interface ListSessions {
  /** One's own; `user_id`: of someone one may manage. */
  user_id?: string;
}

/** Of this service account, or of all. */
export interface ListTokens {
  user_id?: string;
}

/**
 * `q`: part of name or login, without case and accents. `status`: online, offline or all. `cursor`: from the page
 * before. Agents see only people who are not disabled.
 */
export interface ListUsers {
  /** `q`: part of name or login, without case and accents. */
  q?: string;
  /** `status`: online, offline or all. */
  status?: "online" | "offline" | "all";
  role?: "agent" | "user" | "admin";
  limit?: number;
  /** `cursor`: from the page before. */
  cursor?: string;
}

/** `session` "token" asks for the refresh token in the body; otherwise the gateway keeps it in a cookie. */
export interface Login {
  login: string;
  password: string;
  /** `session` "token" asks for the refresh token in the body; otherwise the gateway keeps it in a cookie. */
  session?: "token";
}

/** The session of the asker, else the one of the refresh token. */
export interface Logout {
  refresh_token?: string;
}

/**
 * The message with this `seq`, and all after it, are unread for the asker: the only way a marker goes back. One that
 * is further back already stays.
 */
export interface MarkUnread {
  conversation_id: string;
  /** The message with this `seq`, and all after it, are unread for the asker: the only way a marker goes back. */
  seq: number;
}

/** `readers`: how far each of `member_ids` has read, in the same order; absent for who does not belong. */
export interface MemberList {
  /** `readers`: how far each of `member_ids` has read, in the same order; absent for who does not belong. */
  member_ids: string[];
  next_cursor?: string;
  /** `readers`: how far each of `member_ids` has read, in the same order; absent for who does not belong. */
  readers?: Reader[];
}

/**
 * `seq` is 1, 2, 3, … in its conversation. `text` is what was sent, to the byte; empty once it is deleted. `revision`
 * is absent until it is edited or deleted, and one more with each of that: the highest is the newest. With a `change`
 * it is a system message: `sender_id` changed the group, `text` says so in English.
 */
export interface Message {
  conversation_id: string;
  /** `seq` is 1, 2, 3, … in its conversation. */
  seq: number;
  message_id: string;
  client_message_id: string;
  /** With a `change` it is a system message: `sender_id` changed the group, `text` says so in English. */
  sender_id: string;
  /**
   * `text` is what was sent, to the byte; empty once it is deleted. With a `change` it is a system message:
   * `sender_id` changed the group, `text` says so in English.
   */
  text: string;
  sent_at: string;
  edited_at?: string;
  deleted_at?: string;
  reply_to_seq?: number;
  /**
   * `revision` is absent until it is edited or deleted, and one more with each of that: the highest is the newest.
   */
  revision?: number;
  deleted_by?: string;
  /** With a `change` it is a system message: `sender_id` changed the group, `text` says so in English. */
  change?: GroupChange;
}

export interface MessageAnswer {
  message: Message;
}

/** Oldest first. */
export interface MessageList {
  messages: Message[];
}

export interface MessagePush {
  message: Message;
  cursor: string;
}

/** Nothing to say. */
export type Nothing = {};

/**
 * `severity` is info, warning or error. `days_left` of what expires; negative after it did. `user_ids` are the people
 * it is about, at most 50 of `count`; `conversation_id` the conversation that it is about.
 */
export interface Notice {
  code: string;
  /** `severity` is info, warning or error. */
  severity: "info" | "warning" | "error";
  message: string;
  notice_id?: string;
  raised_at?: string;
  /** `days_left` of what expires; negative after it did. */
  days_left?: number;
  contact?: string;
  /**
   * `user_ids` are the people it is about, at most 50 of `count`; `conversation_id` the conversation that it is
   * about.
   */
  user_ids?: string[];
  /**
   * `user_ids` are the people it is about, at most 50 of `count`; `conversation_id` the conversation that it is
   * about.
   */
  count?: number;
  /**
   * `user_ids` are the people it is about, at most 50 of `count`; `conversation_id` the conversation that it is
   * about.
   */
  conversation_id?: string;
}

export interface NoticeGone {
  notice_id: string;
}

/** `mail`: "all" or "nothing". */
export interface OfConversation {
  conversation_id: string;
  /** `mail`: "all" or "nothing". */
  mail: "all" | "nothing";
}

/**
 * Numbers of days. `history`: so many latest passwords, the current one included, may not be taken again. Not
 * `enabled`: only `max_bytes` is a rule, and nothing expires. `reset_available`: whether a forgotten password can be
 * reset by e-mail.
 */
export interface PasswordPolicy {
  /** Not `enabled`: only `max_bytes` is a rule, and nothing expires. */
  enabled: boolean;
  rules: PasswordRule[];
  max_age_days: number;
  warn_days: number;
  /** `history`: so many latest passwords, the current one included, may not be taken again. */
  history: number;
  /** `reset_available`: whether a forgotten password can be reset by e-mail. */
  reset_available: boolean;
}

/**
 * One rule of the policy: `code` min_length, lowercase, uppercase, digit, special, max_bytes, different or history.
 * `message` is what a refusal of this rule says under the field's `errors`, to the letter. `pattern`: a regular
 * expression, the same in Python and JavaScript, that a password meeting the rule matches; absent where only the
 * server can tell.
 */
export interface PasswordRule {
  /**
   * One rule of the policy: `code` min_length, lowercase, uppercase, digit, special, max_bytes, different or history.
   */
  code: "min_length" | "lowercase" | "uppercase" | "digit" | "special" | "max_bytes" | "different" | "history";
  /** `message` is what a refusal of this rule says under the field's `errors`, to the letter. */
  message: string;
  /**
   * `pattern`: a regular expression, the same in Python and JavaScript, that a password meeting the rule matches;
   * absent where only the server can tell.
   */
  pattern?: string;
}

export interface People {
  people: PersonPresence[];
  next_cursor?: string;
}

/**
 * `version` grows with each change of this person; the highest is the newest. `status` is online, away,
 * do_not_disturb or offline. `status_until`: a chosen one ends by itself then; so does the `note` at `note_until`.
 */
export interface PersonPresence {
  user_id: string;
  /** `status` is online, away, do_not_disturb or offline. */
  status: "online" | "away" | "do_not_disturb" | "offline";
  last_seen_at?: string;
  /** `status_until`: a chosen one ends by itself then; so does the `note` at `note_until`. */
  note?: string;
  /** `version` grows with each change of this person; the highest is the newest. When absent: 0. */
  version?: number;
  /** `status_until`: a chosen one ends by itself then; so does the `note` at `note_until`. */
  status_until?: string;
  /** `status_until`: a chosen one ends by itself then; so does the `note` at `note_until`. */
  note_until?: string;
}

/**
 * What is mailed of what a person missed. `available`: whether this server sends such mails at all. `conversations`
 * are those with "nothing"; what is muted is not mailed either. `language` absent: nobody knows it.
 */
export interface Preferences {
  /** `available`: whether this server sends such mails at all. */
  available: boolean;
  mail: boolean;
  /** `conversations` are those with "nothing"; what is muted is not mailed either. */
  conversations: OfConversation[];
  quiet_hours?: QuietHours;
  /** `language` absent: nobody knows it. */
  language?: "en" | "it";
}

export interface PreferencesAnswer {
  preferences: Preferences;
}

export interface PresencePush {
  people: PersonPresence[];
  version: number;
}

/**
 * A refusal over HTTP, as application/problem+json (RFC 9457). `status` is that of the response, `title` the
 * `message`. `retry_after_s` is in seconds, as the header Retry-After; `errors` names the fields at fault; `reason`,
 * of auth.refresh, why the session has ended.
 */
export interface Problem {
  type: string;
  /** `status` is that of the response, `title` the `message`. */
  title: string;
  /** `status` is that of the response, `title` the `message`. */
  status: number;
  code: Code;
  /** `status` is that of the response, `title` the `message`. */
  message: string;
  /**
   * `retry_after_s` is in seconds, as the header Retry-After; `errors` names the fields at fault; `reason`, of
   * auth.refresh, why the session has ended.
   */
  retry_after_s?: number;
  /**
   * `retry_after_s` is in seconds, as the header Retry-After; `errors` names the fields at fault; `reason`, of
   * auth.refresh, why the session has ended.
   */
  errors?: Record<string, string[]>;
  /**
   * `retry_after_s` is in seconds, as the header Retry-After; `errors` names the fields at fault; `reason`, of
   * auth.refresh, why the session has ended.
   */
  reason?: "logout" | "ended" | "ended_by_leader" | "token_reused" | "password_changed" | "password_set" | "disabled" | "revoked";
}

/**
 * Every day from `begin` to `end`, hours and minutes of that time zone; over midnight where `end` is the earlier. Not
 * `on`: kept, and of no effect.
 */
export interface QuietHours {
  /** Not `on`: kept, and of no effect. */
  on: boolean;
  /**
   * Every day from `begin` to `end`, hours and minutes of that time zone; over midnight where `end` is the earlier.
   */
  begin: string;
  /**
   * Every day from `begin` to `end`, hours and minutes of that time zone; over midnight where `end` is the earlier.
   */
  end: string;
  time_zone: string;
}

export interface ReadAnswer {
  conversation_id: string;
  read_seq: number;
  unread: number;
}

/** A marker only goes forward; `seq` beyond the last message counts as the last. */
export interface ReadConversation {
  conversation_id: string;
  /** A marker only goes forward; `seq` beyond the last message counts as the last. */
  seq: number;
}

/** The marker with the highest `version` counts. One's own markers follow in `unread`, which is always right. */
export interface ReadPush {
  conversation_id: string;
  user_id: string;
  seq: number;
  cursor: string;
  /** The marker with the highest `version` counts. When absent: 0. */
  version?: number;
}

/** How far a member has read. */
export interface Reader {
  user_id: string;
  read_seq: number;
}

/** Closes the catch-up: the client is live. A snapshot whenever `recovered` is false. `limits` are those of now. */
export interface Ready {
  user: User;
  cursor: string;
  /** A snapshot whenever `recovered` is false. */
  recovered: boolean;
  server_time: string;
  notices: Notice[];
  last_ending?: Ending;
  snapshot?: Snapshot;
  /** `limits` are those of now. */
  limits?: Limits;
}

/** `refresh_token` absent: the gateway fills in the cookie. */
export interface Refresh {
  /** `refresh_token` absent: the gateway fills in the cookie. */
  refresh_token?: string;
}

export interface RefreshSession {
  token: string;
}

/** `expires_in` in seconds. */
export interface Refreshed {
  /** `expires_in` in seconds. */
  expires_in: number;
}

/**
 * What the asker is told. `errors` names the fields at fault; `retry_after_s` is in seconds. `reason`: of a session
 * that has ended, why, where auth.refresh is refused.
 */
export interface Refusal {
  code: Code;
  message: string;
  /** `errors` names the fields at fault; `retry_after_s` is in seconds. */
  retry_after_s?: number;
  /** `errors` names the fields at fault; `retry_after_s` is in seconds. */
  errors?: Record<string, string[]>;
  /** `reason`: of a session that has ended, why, where auth.refresh is refused. */
  reason?: "logout" | "ended" | "ended_by_leader" | "token_reused" | "password_changed" | "password_set" | "disabled" | "revoked";
}

/** `token` is that of the link in the mail: of a reset, or of an invitation. */
export interface ResetPassword {
  /** `token` is that of the link in the mail: of a reset, or of an invitation. */
  token: string;
  new_password: string;
}

export interface RevokeToken {
  token_id: string;
}

/**
 * Messages with every word of `q`, the last one as the beginning of a word; of what the asker may see, newest first.
 * Case, accents and width are all one; words of scripts without spaces are found within a text. `sender_id`,
 * `conversation_id`, and the times `since` and `until` (excluded) narrow it; `limit` 20 unless told, at most 50.
 */
export interface SearchMessages {
  /**
   * Messages with every word of `q`, the last one as the beginning of a word; of what the asker may see, newest
   * first.
   */
  q: string;
  /**
   * `sender_id`, `conversation_id`, and the times `since` and `until` (excluded) narrow it; `limit` 20 unless told,
   * at most 50.
   */
  conversation_id?: string;
  /**
   * `sender_id`, `conversation_id`, and the times `since` and `until` (excluded) narrow it; `limit` 20 unless told,
   * at most 50.
   */
  sender_id?: string;
  /**
   * `sender_id`, `conversation_id`, and the times `since` and `until` (excluded) narrow it; `limit` 20 unless told,
   * at most 50.
   */
  since?: string;
  /**
   * `sender_id`, `conversation_id`, and the times `since` and `until` (excluded) narrow it; `limit` 20 unless told,
   * at most 50.
   */
  until?: string;
  /**
   * `sender_id`, `conversation_id`, and the times `since` and `until` (excluded) narrow it; `limit` 20 unless told,
   * at most 50.
   */
  limit?: number;
  cursor?: string;
}

/** `client_message_id` is 1 to 64 characters, unique per sender and conversation: the same one, the same message. */
export interface SendMessage {
  to: To;
  /**
   * `client_message_id` is 1 to 64 characters, unique per sender and conversation: the same one, the same message.
   */
  client_message_id: string;
  text: string;
  reply_to_seq?: number;
}

/**
 * A token of a service account, without its secret. `scope` read: it hears and asks, and says nothing; events or
 * events.text: it listens on NATS alone. `last_used_at` to the minute; absent: never.
 */
export interface ServiceToken {
  token_id: string;
  user_id: string;
  name: string;
  /** `scope` read: it hears and asks, and says nothing; events or events.text: it listens on NATS alone. */
  scope: "read" | "write" | "events" | "events.text";
  created_at: string;
  expires_at: string;
  /** `last_used_at` to the minute; absent: never. */
  last_used_at?: string;
}

/** One log-in. `client` is what it called itself (User-Agent); `current`: the asker's own. */
export interface Session {
  session_id: string;
  created_at: string;
  last_used_at: string;
  expires_at: string;
  address?: string;
  /** `client` is what it called itself (User-Agent); `current`: the asker's own. */
  client?: string;
  /** `client` is what it called itself (User-Agent); `current`: the asker's own. When absent: false. */
  current?: boolean;
}

export interface SessionList {
  sessions: Session[];
}

/** `must_change`: at the next log-in. */
export interface SetPassword {
  user_id: string;
  password: string;
  /** `must_change`: at the next log-in. When absent: true. */
  must_change?: boolean;
}

/** What is absent stays, so do conversations that are not named. At most 500 have "nothing". */
export interface SetPreferences {
  mail?: boolean;
  conversations?: OfConversation[];
  quiet_hours?: QuietHours;
  language?: "en" | "it";
}

/**
 * What one shows of oneself, in place of what was set before. `status`: online (as it is: online while active, else
 * away), away or do_not_disturb, until `status_until` where that is given. `note` at most 140 characters, until
 * `note_until`.
 */
export interface SetPresence {
  /**
   * `status`: online (as it is: online while active, else away), away or do_not_disturb, until `status_until` where
   * that is given.
   */
  status: "online" | "away" | "do_not_disturb";
  /**
   * `status`: online (as it is: online while active, else away), away or do_not_disturb, until `status_until` where
   * that is given.
   */
  status_until?: string;
  /** `note` at most 140 characters, until `note_until`. */
  note?: string;
  /** `note` at most 140 characters, until `note_until`. */
  note_until?: string;
}

/**
 * The newest 100 conversations, every pinned and every unread one, as many as 1 MiB can carry, at most 1,000;
 * `unread` of all. `next_cursor`, of `conversation.list`, leads to all that is not here.
 */
export interface Snapshot {
  conversations: Conversation[];
  /**
   * The newest 100 conversations, every pinned and every unread one, as many as 1 MiB can carry, at most 1,000;
   * `unread` of all.
   */
  unread: UnreadState;
  /** `next_cursor`, of `conversation.list`, leads to all that is not here. */
  next_cursor?: string;
}

export interface StartTyping {
  conversation_id: string;
}

/** Exactly one of the two. */
export interface To {
  user_id?: string;
  conversation_id?: string;
}

export interface TokenList {
  tokens: ServiceToken[];
}

/** `secret` is shown this once, and kept nowhere: what is shown at the doors as a Bearer token. */
export interface TokenMade {
  token: ServiceToken;
  /** `secret` is shown this once, and kept nowhere: what is shown at the doors as a Bearer token. */
  secret: string;
}

/** `expires_in` in seconds. The gateway takes `refresh_token` out of the body for browsers. */
export interface Tokens {
  access_token: string;
  /** `expires_in` in seconds. */
  expires_in: number;
  user: User;
  notices: Notice[];
  /** The gateway takes `refresh_token` out of the body for browsers. */
  refresh_token?: string;
}

/** `reason`: of a session that has ended, why; `message` says it. What is none of the list: it has ended. */
export interface Told {
  code: Ending;
  /** `reason`: of a session that has ended, why; `message` says it. */
  message: string;
  /** `reason`: of a session that has ended, why; `message` says it. */
  reason?: "logout" | "ended" | "ended_by_leader" | "token_reused" | "password_changed" | "password_set" | "disabled" | "revoked";
}

export interface TypingPush {
  conversation_id: string;
  user_id: string;
}

export interface UnlockUser {
  user_id: string;
}

/** `version` of the read marker: of two, the higher is the newer. The count is always last_seq - read_seq. */
export interface Unread {
  conversation_id: string;
  unread: number;
  last_seq: number;
  read_seq: number;
  /** `version` of the read marker: of two, the higher is the newer. When absent: 0. */
  version?: number;
}

/** `total` over all conversations; `conversations` those that changed, or all in a snapshot. */
export interface UnreadState {
  /** `total` over all conversations; `conversations` those that changed, or all in a snapshot. */
  total: number;
  /** `total` over all conversations; `conversations` those that changed, or all in a snapshot. */
  conversations: Unread[];
}

/** What it is to the asker alone: `muted` raises no notification, `pinned` stays on top. At most 50 are pinned. */
export interface UpdateConversation {
  conversation_id: string;
  /** What it is to the asker alone: `muted` raises no notification, `pinned` stays on top. */
  muted?: boolean;
  /** What it is to the asker alone: `muted` raises no notification, `pinned` stays on top. */
  pinned?: boolean;
}

/**
 * `member_ids` replaces the others; the owner stays. What is so already is no change: nobody is told, `version`
 * stays. To a leader who does not belong to the group `unread` is 0 and `may_write` false.
 */
export interface UpdateGroup {
  conversation_id: string;
  name?: string;
  /** `member_ids` replaces the others; the owner stays. */
  member_ids?: string[];
  writing_enabled?: boolean;
  history?: "joined" | "everything";
}

/**
 * What is absent stays. An empty `email` takes it away. `disabled` ends every session; nobody disables or demotes
 * themselves, and the last admin stays one (`conflict`). Users change agents only, and give no other role.
 */
export interface UpdateUser {
  user_id: string;
  name?: string;
  /** An empty `email` takes it away. */
  email?: string;
  role?: "agent" | "user" | "admin";
  /**
   * `disabled` ends every session; nobody disables or demotes themselves, and the last admin stays one (`conflict`).
   */
  disabled?: boolean;
}

/** To one's own sockets: what the conversation is to this person. */
export interface UpdatedPush {
  conversation_id: string;
  muted: boolean;
  pinned: boolean;
  version: number;
  cursor: string;
}

/**
 * `invited`: has no password yet. `locked_until`: too many wrong passwords; `user.get` and `user.list` say it to
 * those who may unlock. `email` is shown to leaders and to whose it is. `kind` service: a bot; it has no password and
 * no presence, so neither `status` nor `last_seen_at`. Absent: a person.
 */
export interface User {
  user_id: string;
  login: string;
  name: string;
  role: "agent" | "user" | "admin";
  /** `email` is shown to leaders and to whose it is. */
  email?: string;
  /** `kind` service: a bot; it has no password and no presence, so neither `status` nor `last_seen_at`. */
  status?: "online" | "away" | "do_not_disturb" | "offline";
  /** `kind` service: a bot; it has no password and no presence, so neither `status` nor `last_seen_at`. */
  last_seen_at?: string;
  /** When absent: false. */
  disabled?: boolean;
  created_at?: string;
  /** `invited`: has no password yet. When absent: false. */
  invited?: boolean;
  /** `locked_until`: too many wrong passwords; `user.get` and `user.list` say it to those who may unlock. */
  locked_until?: string;
  /** `kind` service: a bot; it has no password and no presence, so neither `status` nor `last_seen_at`. */
  kind?: "service";
}

/**
 * `invitation`: once, to whoever made a person without a password, or made the former link void by changing e-mail
 * address or role or by enabling, where no mail can be sent: the link to hand over.
 */
export interface UserAnswer {
  user: User;
  /**
   * `invitation`: once, to whoever made a person without a password, or made the former link void by changing e-mail
   * address or role or by enabling, where no mail can be sent: the link to hand over.
   */
  invitation?: string;
}

export interface UserList {
  users: User[];
  next_cursor?: string;
}

export interface Warned {
  code: Ending;
  message: string;
  reconnect_after_ms?: number;
}

/** A list of at most 5,000 ids, or "all". Replaces what was watched before. */
export interface Watch {
  user_ids: string[] | "all";
}

export interface Watched {
  people: PersonPresence[];
  version: number;
}

/** Every ask: what is said, what is answered, and the codes it may be refused with. */
export interface Asks {
  /**
   * Begins a session. `session` "token" asks for the refresh token in the body; otherwise the gateway keeps it in a
   * cookie. Without a token.
   */
  "auth.login": {
    request: Login;
    answer: Tokens;
    refusals: "invalid_credentials" | "too_many_attempts" | "account_disabled" | "password_expired" | "invalid" | "too_large" | "unavailable" | "internal";
  };
  /**
   * The next access token of a session, and the next refresh token. `refresh_token` absent: the gateway fills in the
   * cookie. Without a token.
   */
  "auth.refresh": {
    request: Refresh;
    answer: Tokens;
    refusals: "account_disabled" | "password_expired" | "token_invalid" | "token_expired" | "session_ended" | "invalid" | "too_large" | "unavailable" | "internal";
  };
  /**
   * Ends a session, everywhere at once. What has ended already may be ended again. The session of the asker, else the
   * one of the refresh token. With a token, or without.
   */
  "auth.logout": {
    request: Logout;
    answer: Nothing;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "forbidden" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /** The rules for new passwords, for a form to show. Without a token. */
  "auth.password_policy": {
    request: Nothing;
    answer: PasswordPolicy;
    refusals: "invalid" | "too_large" | "unavailable" | "internal";
  };
  /**
   * One's own password, with the current one; also when it has expired. `login` may be absent where a Bearer token
   * says who it is. With the token every other session ends, without it all. With a token, or without.
   */
  "auth.change_password": {
    request: ChangePassword;
    answer: Nothing;
    refusals: "invalid_credentials" | "too_many_attempts" | "account_disabled" | "password_policy" | "password_reused" | "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "forbidden" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /**
   * Mails a link to choose a new password, where login and address belong together. The answer is always the same.
   * Without a token.
   */
  "auth.forgot_password": {
    request: ForgotPassword;
    answer: Nothing;
    refusals: "smtp_not_configured" | "invalid" | "too_large" | "unavailable" | "internal";
  };
  /**
   * Chooses a password by a link. It works once. `token` is that of the link in the mail: of a reset, or of an
   * invitation. Without a token.
   */
  "auth.reset_password": {
    request: ResetPassword;
    answer: Nothing;
    refusals: "password_policy" | "password_reused" | "reset_token_invalid" | "invalid" | "too_large" | "unavailable" | "internal";
  };
  /** The asker. For everyone. */
  "me.get": {
    request: Nothing;
    answer: UserAnswer;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /**
   * People, by name. `q`: part of name or login, without case and accents. `status`: online, offline or all.
   * `cursor`: from the page before. Agents see only people who are not disabled. For everyone.
   */
  "user.list": {
    request: ListUsers;
    answer: UserList;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /** One person. For everyone. */
  "user.get": {
    request: GetUser;
    answer: UserAnswer;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "not_found" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /**
   * Makes a person. `request_id`: the same one from the same person gives the same result. Without a `password` they
   * are invited: by mail, or by the link in the answer. `must_change`: the password does for one thing only, to
   * change it. `kind` service, for admins: a bot, of the role agent, without password and e-mail address; it comes in
   * by token.create, and takes no seat. For users and admins.
   */
  "user.create": {
    request: CreateUser;
    answer: UserAnswer;
    refusals: "password_policy" | "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "forbidden" | "conflict" | "seats_exhausted" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /**
   * Changes a person. What is absent stays. An empty `email` takes it away. `disabled` ends every session; nobody
   * disables or demotes themselves, and the last admin stays one (`conflict`). Users change agents only, and give no
   * other role. For users and admins.
   */
  "user.update": {
    request: UpdateUser;
    answer: UserAnswer;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "forbidden" | "not_found" | "conflict" | "seats_exhausted" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /**
   * Another one's password; every session of theirs ends. `must_change`: at the next log-in. For users and admins.
   */
  "user.set_password": {
    request: SetPassword;
    answer: Nothing;
    refusals: "password_policy" | "password_reused" | "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "forbidden" | "not_found" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /** Lets somebody try again who had too many wrong passwords. Who is not locked stays so. For users and admins. */
  "user.unlock": {
    request: UnlockUser;
    answer: Nothing;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "forbidden" | "not_found" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /**
   * Makes many people at once. `csv`: UTF-8, separated by comma or semicolon; the header line names the columns
   * login, name, role, and if wanted email and password, in any order. At most 5,000 people and 900,000 bytes. Over
   * HTTP the file itself may be the body, as text/csv, with the other fields in the query. An import makes people and
   * changes none: who is there with the same name, role and e-mail is unchanged, also their password, so that a file
   * may be imported again; with others, a fault. A faulty line makes nobody, good ones are done all the same.
   * `dry_run` gives the same report and does nothing: user.import_status knows nothing of it. `passwords`: take them
   * from the file; each costs a hash, so progress is asked for with user.import_status. Unless asked for, a column of
   * passwords is a fault of line 1. `must_change`: those passwords do for one thing only, to change them. Whoever has
   * none is invited: by mail, or by a link in the report. Those links are made for the first answer, of user.import
   * or user.import_status, that tells whoever imported that the work is done, and for that one only. For users and
   * admins.
   */
  "user.import": {
    request: ImportUsers;
    answer: ImportAnswer;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "forbidden" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /**
   * How far an import is. For whoever imported and for admins; `not_found` for others, and a week later. For users
   * and admins.
   */
  "user.import_status": {
    request: GetImport;
    answer: ImportAnswer;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "forbidden" | "not_found" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /** Where somebody is logged in. One's own; `user_id`: of someone one may manage. For everyone. */
  "session.list": {
    request: ListSessions;
    answer: SessionList;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "forbidden" | "not_found" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /**
   * Ends a session, everywhere at once: one's own, or that of someone one may manage. It may be ended again. For
   * everyone.
   */
  "session.end": {
    request: EndSession;
    answer: Nothing;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "forbidden" | "not_found" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /**
   * Another token of a service account. `name`: where it is used, for whoever looks at the list. `scope` read: for
   * hearing and asking alone; events: for listening on NATS, with the texts of messages withheld, or events.text,
   * with them, and for no other door. For admins.
   */
  "token.create": {
    request: CreateToken;
    answer: TokenMade;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "forbidden" | "not_found" | "conflict" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /** Tokens that are good, newest first. Of this service account, or of all. For admins. */
  "token.list": {
    request: ListTokens;
    answer: TokenList;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "forbidden" | "not_found" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /** Ends a token, at once and for good: its sockets are closed. It may be revoked again. For admins. */
  "token.revoke": {
    request: RevokeToken;
    answer: Nothing;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "forbidden" | "not_found" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /**
   * Who did what to whom. Newest first. `user_id`: who did it, or whom it was done to. `action` e.g. user.create;
   * `after` and `before` times. For admins.
   */
  "audit.list": {
    request: ListAudit;
    answer: AuditList;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "forbidden" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /** What the licence says. For admins. */
  "license.get": {
    request: Nothing;
    answer: LicenseAnswer;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "forbidden" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /**
   * Says something: to a conversation, or to a person, which begins the conversation of the two. `client_message_id`
   * is 1 to 64 characters, unique per sender and conversation: the same one, the same message. For everyone.
   */
  "message.send": {
    request: SendMessage;
    answer: MessageAnswer;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "forbidden" | "not_found" | "conflict" | "invalid" | "writing_disabled" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /** History. A page before or after a seq, or the newest; `limit` 50 unless told, at most 200. For everyone. */
  "message.list": {
    request: ListMessages;
    answer: MessageList;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "not_found" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /**
   * All that was said in a conversation, whoever belongs to it. Over HTTP it comes as one document, however long: as
   * JSON, or with `format` csv as a table. `after_seq` is the gateway's, which asks for one part after the other. For
   * admins.
   */
  "conversation.export": {
    request: ExportConversation;
    answer: Export;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "forbidden" | "not_found" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /** The asker's conversations. Newest first. For everyone. */
  "conversation.list": {
    request: ListConversations;
    answer: ConversationList;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /** One conversation, with how far its members have read. For everyone. */
  "conversation.get": {
    request: GetConversation;
    answer: ConversationAnswer;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "not_found" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /**
   * Says it differently. By its author, within a time of sending it (a setting). The same text is no change. For
   * everyone.
   */
  "message.edit": {
    request: EditMessage;
    answer: MessageAnswer;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "forbidden" | "not_found" | "conflict" | "invalid" | "writing_disabled" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /**
   * Takes it back. By its author within a time of sending it (a setting), by an admin always, also where they do not
   * belong and read nothing. Its number stays, its text is gone. Repeatable. For everyone.
   */
  "message.delete": {
    request: DeleteMessage;
    answer: MessageAnswer;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "forbidden" | "not_found" | "conflict" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /**
   * Finds messages. Messages with every word of `q`, the last one as the beginning of a word; of what the asker may
   * see, newest first. Case, accents and width are all one; words of scripts without spaces are found within a text.
   * `sender_id`, `conversation_id`, and the times `since` and `until` (excluded) narrow it; `limit` 20 unless told,
   * at most 50. For everyone.
   */
  "message.search": {
    request: SearchMessages;
    answer: FoundMessages;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "not_found" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /**
   * Puts the read marker back. The message with this `seq`, and all after it, are unread for the asker: the only way
   * a marker goes back. One that is further back already stays. For everyone.
   */
  "conversation.mark_unread": {
    request: MarkUnread;
    answer: ReadAnswer;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "forbidden" | "not_found" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /**
   * Mutes and pins. What it is to the asker alone: `muted` raises no notification, `pinned` stays on top. At most 50
   * are pinned. For everyone.
   */
  "conversation.update": {
    request: UpdateConversation;
    answer: ConversationAnswer;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "forbidden" | "not_found" | "conflict" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /**
   * Puts the read marker forward. A marker only goes forward; `seq` beyond the last message counts as the last. For
   * everyone.
   */
  "conversation.read": {
    request: ReadConversation;
    answer: ReadAnswer;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "forbidden" | "not_found" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /**
   * Makes a group. The asker becomes owner and is always a member. At most 5,000 members. `history`: what someone
   * added later sees, "joined" (what comes from then on) or "everything". For users and admins.
   */
  "group.create": {
    request: CreateGroup;
    answer: ConversationAnswer;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "forbidden" | "not_found" | "conflict" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /**
   * Changes a group. `member_ids` replaces the others; the owner stays. What is so already is no change: nobody is
   * told, `version` stays. To a leader who does not belong to the group `unread` is 0 and `may_write` false. For
   * users and admins.
   */
  "group.update": {
    request: UpdateGroup;
    answer: ConversationAnswer;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "forbidden" | "not_found" | "conflict" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /** Deletes a group: its members are told, and see nothing of it any more. For users and admins. */
  "group.delete": {
    request: DeleteGroup;
    answer: Nothing;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "forbidden" | "not_found" | "conflict" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /**
   * Every group there is, whoever belongs to it. Whose name has `q` in it, whatever its case and accents; what was
   * said in last comes first. For admins.
   */
  "group.list": {
    request: ListGroups;
    answer: GroupList;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "forbidden" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /**
   * Who belongs to a conversation, page by page, in the order of ids. Of a group an admin may ask without belonging
   * to it. For everyone.
   */
  "member.list": {
    request: ListMembers;
    answer: MemberList;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "not_found" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /**
   * Who is here. Absent `user_ids`: everyone who is not offline, at most `limit` (2,000) from `cursor`, that of the
   * page before. For everyone.
   */
  "presence.list": {
    request: ListPresence;
    answer: People;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /**
   * How one is shown, and a note. What one shows of oneself, in place of what was set before. `status`: online (as it
   * is: online while active, else away), away or do_not_disturb, until `status_until` where that is given. `note` at
   * most 140 characters, until `note_until`. For everyone.
   */
  "presence.set": {
    request: SetPresence;
    answer: People;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "forbidden" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /** Does away with a notice that has a `notice_id`, on every device. For everyone. */
  "notice.dismiss": {
    request: DismissNotice;
    answer: Nothing;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "forbidden" | "not_found" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /** What the asker is mailed of what they missed. For everyone. */
  "preferences.get": {
    request: Nothing;
    answer: PreferencesAnswer;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "forbidden" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /**
   * Changes that. What is absent stays, so do conversations that are not named. At most 500 have "nothing". For
   * everyone.
   */
  "preferences.set": {
    request: SetPreferences;
    answer: PreferencesAnswer;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "forbidden" | "conflict" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /**
   * From now on this socket is told how these people are, as `presence`. A list of at most 5,000 ids, or "all".
   * Replaces what was watched before. For everyone.
   */
  "presence.watch": {
    request: Watch;
    answer: Watched;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /** The person did something: they are not away. Best said at most every ten seconds. For everyone. */
  "presence.active": {
    request: Nothing;
    answer: Nothing;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "forbidden" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /**
   * The others of the conversation are told at once, as `typing`. It ends by itself: say it again every few seconds.
   * For everyone.
   */
  "typing.start": {
    request: StartTyping;
    answer: Nothing;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "forbidden" | "not_found" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
  /**
   * A fresh access token, of the same session, in place of the socket's own: the connection lives on. For everyone.
   */
  "session.refresh": {
    request: RefreshSession;
    answer: Refreshed;
    refusals: "unknown_authorization_format" | "token_invalid" | "token_expired" | "session_ended" | "invalid" | "too_large" | "rate_limited" | "unavailable" | "internal";
  };
}

/** Those that are asked over Socket.IO. */
export type SocketAsk =
  | "me.get"
  | "user.list"
  | "user.get"
  | "user.create"
  | "user.update"
  | "user.set_password"
  | "user.unlock"
  | "user.import_status"
  | "session.list"
  | "session.end"
  | "token.create"
  | "token.list"
  | "token.revoke"
  | "audit.list"
  | "license.get"
  | "message.send"
  | "message.list"
  | "conversation.list"
  | "conversation.get"
  | "message.edit"
  | "message.delete"
  | "message.search"
  | "conversation.mark_unread"
  | "conversation.update"
  | "conversation.read"
  | "group.create"
  | "group.update"
  | "group.delete"
  | "group.list"
  | "member.list"
  | "presence.list"
  | "presence.set"
  | "notice.dismiss"
  | "preferences.get"
  | "preferences.set"
  | "presence.watch"
  | "presence.active"
  | "typing.start"
  | "session.refresh";

/** What is told over Socket.IO. With a `cursor`: keep the last one, and show it at the next connection. */
export interface Pushes {
  /** Closes the catch-up: the client is live. A snapshot whenever `recovered` is false. `limits` are those of now. */
  "ready": Ready;
  "message.sent": MessagePush;
  "message.edited": MessagePush;
  "message.deleted": MessagePush;
  /** The marker with the highest `version` counts. One's own markers follow in `unread`, which is always right. */
  "conversation.read": ReadPush;
  /** To one's own sockets: what the conversation is to this person. */
  "conversation.updated": UpdatedPush;
  /** `total` over all conversations; `conversations` those that changed, or all in a snapshot. */
  "unread": UnreadState;
  "group.created": GroupPush;
  "group.updated": GroupPush;
  "group.deleted": GroupPush;
  "presence": PresencePush;
  "typing": TypingPush;
  /**
   * `severity` is info, warning or error. `days_left` of what expires; negative after it did. `user_ids` are the
   * people it is about, at most 50 of `count`; `conversation_id` the conversation that it is about.
   */
  "notice": Notice;
  "notice.dismissed": NoticeGone;
  "connection.warning": Warned;
  /** `reason`: of a session that has ended, why; `message` says it. What is none of the list: it has ended. */
  "session.ended": Told;
}

/** What Socket.IO acknowledges an ask with. */
export type Acknowledged<Name extends SocketAsk> =
  | ({ ok: true } & Asks[Name]["answer"])
  | { ok: false; error: Refusal & { code: Asks[Name]["refusals"] } };

/** For socket.io-client: `Socket<Heard, Said>`. */
export type Heard = { [Name in keyof Pushes]: (body: Pushes[Name]) => void };

/** For socket.io-client: `Socket<Heard, Said>`. */
export type Said = {
  [Name in SocketAsk]: (request: Asks[Name]["request"], acknowledge: (answer: Acknowledged<Name>) => void) => void;
};
