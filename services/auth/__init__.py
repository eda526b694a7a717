"""Auth: who you are.

Owns: people, password hashes, sessions, the signing key (MongoDB: users, sessions, keys), hashes of links by
which passwords are chosen (MongoDB: links), wrong passwords (Redis: guesses).
Answers: auth.login, auth.refresh, auth.logout, auth.forgot_password, auth.reset_password, me.get, user.list, user.get,
user.create, user.update, user.import, user.import_status, user.look_up, keys.get.
Also answers user.create_first_admin and license.get; reads the licence file (MongoDB: fences, so that a seat has one taker).
And what is done with passwords: auth.password_policy, auth.change_password, user.set_password.
Tells: auth.password.changed, auth.user.created, auth.user.updated, auth.user.disabled, auth.session.started, auth.session.ended.
Hears: presence.user.changed. Asks: presence.list, mail.send, mail.state.
"""
