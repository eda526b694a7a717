"""Settings of presence. A gateway killed outright leaves nobody online for longer than `lease_s` and one sweep."""

from chassis.settings import Settings


class PresenceSettings(Settings, frozen=True, kw_only=True):
    """`grace_s`: how long a session outlives a socket that broke; longer than a page takes to load again."""

    redis_url: str
    lease_s: float = 12.0
    grace_s: float = 4.0
    sweep_s: float = 0.5
