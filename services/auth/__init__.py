"""Auth: who you are.

Owns: people, password hashes, sessions, the signing key (MongoDB: users, sessions, keys), wrong passwords (Redis: guesses).
Answers: auth.login, auth.refresh, auth.logout, me.get, user.list, user.get, user.create, user.look_up, keys.get.
Tells: auth.user.created, auth.session.started, auth.session.ended.
Hears: presence.user.changed. Asks: presence.list.
"""
