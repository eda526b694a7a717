"""Notifier: tells people what happened to them while they were not looking.

Owns: the collection `notices` in MongoDB, and the way to the SMTP server. Answers: notice.dismiss, notice.list, mail.send,
mail.state. Tells: notice.raised. Hears: messenger.member.added, through one durable consumer that all replicas share; what
cannot be processed lies in the stream PARLEY_DEAD, under parley.dead.notifier.>. Needs MongoDB and NATS; without an SMTP
server no mail is sent.
"""
