"""Settings of presence. A gateway killed outright leaves nobody online for longer than `lease_s` and one sweep."""

from typing import Annotated

from msgspec import Meta

from chassis.settings import Settings


class PresenceSettings(Settings, frozen=True, kw_only=True):
    """`grace_s`: how long a session outlives a socket that broke; longer than a page takes to load again. `away_s`: who does
    nothing for so long is away. `lost_after_s`: a connection that broke is told lost when nobody came back for so long.
    `deliveries_max`: so often an event is tried that fails for no known reason; then it is kept in the stream PARLEY_DEAD."""

    redis_url: str
    lease_s: float = 12.0
    grace_s: float = 4.0
    sweep_s: float = 0.5
    away_s: Annotated[float, Meta(ge=3, le=86_400)] = 300.0
    lost_after_s: Annotated[float, Meta(ge=1, le=86_400)] = 60.0
    deliveries_max: Annotated[int, Meta(ge=1)] = 10
