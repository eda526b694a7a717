"""Settings of presence. A gateway killed outright leaves nobody online for longer than `lease_s` and one sweep."""

from chassis.stores import RedisSettings


class PresenceSettings(RedisSettings, frozen=True, kw_only=True):
    """`grace_s`: how long a session outlives a socket that broke; longer than a page takes to load again."""

    lease_s: float = 12.0
    grace_s: float = 4.0
    sweep_s: float = 0.5
