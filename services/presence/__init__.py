"""Presence: who is here. Leases of sessions, and the one status per person that follows from them.

Owns: the keys `presence:…` in Redis. Answers: lease.open, lease.renew, lease.close, presence.list. Tells: user.changed.
Hears: nothing. Replicas: any number; each sweeps. Needs Redis and NATS.
"""
