"""Presence: who is here. Leases of sessions, and the one status per person that follows from them, from what they do and from
what they have chosen.

Owns: the keys `presence:…` in Redis. Answers: lease.open, lease.renew, lease.close, presence.list, presence.absent, presence.set,
presence.touch. Tells: user.changed, connection.lost, connection.restored. Hears: its own events, read back when Redis was
lost; auth.session.ended, through one durable consumer that all replicas share. Replicas: any number; each sweeps. Needs Redis
and NATS.
"""
