"""Auth: who you are, and what you may do.

Owns, in MongoDB: people with their password hashes (users), sessions, the signing keys (keys), hashes of the links by which
passwords are chosen (links), imports, the audit trail (audit), and what only one may take at a time: seats, the last admin
(fences). In Redis: wrong passwords (guesses). Reads the licence file.
Answers auth.login, auth.refresh, auth.logout, auth.password_policy, auth.change_password, auth.forgot_password,
auth.reset_password; me.get, user.list, user.get, user.create, user.update, user.set_password, user.unlock, user.import,
user.import_status; session.list, session.end, audit.list, license.get; other parts alone user.look_up, keys.get,
audit.note_refused, audit.note_export; operators user.create_first_admin, keys.rotate, session.list_of,
session.end_of; NATS itself who an outsider is.
Tells: auth.user.created, auth.user.updated, auth.user.disabled, auth.password.changed, auth.session.started,
auth.session.ended, auth.audit.recorded. Hears: presence.user.changed. Tells outsiders
every event, texts withheld. Asks: presence.list, mail.send, mail.state.
"""
