"""Presence: who is here. Leases of sessions, and the one status per person that follows from them.

Owns: the keys `presence:…` in Redis. Answers: lease.open, lease.renew, lease.close, presence.list. Tells: user.changed.
Hears: its own user.changed, read back when Redis was lost. Replicas: any number; each sweeps. Needs Redis and NATS.
"""
