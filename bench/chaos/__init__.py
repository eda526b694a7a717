"""Faults on purpose: a cluster of its own, people who talk, a seeded schedule of what breaks, and the verdict.

`python -m bench.chaos --seed 7 --minutes 2` starts two gateways, two of each service, NATS, Redis and a replica set of three,
with a proxy on every way between them; kills, pauses, restarts and cuts them one after the other; and exits 0 when the
checker finds every promise kept. The same seed is the same schedule.
"""
