"""Notifier: tells people what happened to them while they were not looking, and leaders whose connection is lost.

Owns: the collections `notices`, `losses` and `announcements` in MongoDB, and the way to the SMTP server. Answers:
notice.dismiss, notice.list, mail.send, mail.state. Tells: notice.raised, notice.announced, notice.dismissed. Asks: auth
user.look_up. Hears: messenger.member.added, presence.connection.lost and restored, through durable consumers that all
replicas share; what cannot be processed lies in the stream PARLEY_DEAD, under parley.dead.notifier.>. Needs MongoDB and
NATS; without an SMTP server no mail is sent.
"""
