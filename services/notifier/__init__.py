"""Notifier: tells people what happened to them while they were not looking, and leaders whose connection is lost.

Owns: the collections `notices`, `losses`, `announcements`, `preferences`, `looks` and `missed_mails` in MongoDB, and the way to
the SMTP server. Answers: notice.dismiss, notice.list, mail.send, mail.state, preferences.get, preferences.set. Tells:
notice.raised, notice.announced, notice.dismissed. Asks: auth user.look_up; presence.absent; messenger member.behind and, in the
name of whom a mail is for, conversation.get and message.list. Hears: auth.session.ended and password.changed,
messenger.member.added and message.sent, presence.connection.lost and restored, through durable consumers that all replicas
share; what cannot be processed lies in the stream PARLEY_DEAD, under parley.dead.notifier.>. Needs MongoDB and NATS; without an
SMTP server no mail is sent.
"""
