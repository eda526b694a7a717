"""Notifier: tells people what happened to them while they were not looking.

Owns: the collection `notices` in MongoDB. Answers: notice.dismiss, notice.list. Tells: notice.raised. Hears:
messenger.member.added, through one durable consumer that all replicas share; what cannot be processed lies in the stream
PARLEY_DEAD, under parley.dead.notifier.>. Needs MongoDB and NATS.
"""
