"""Settings of a gateway."""

from typing import Annotated

from msgspec import Meta

from chassis.settings import Settings
from services.gateway.domain.addresses import networks


class GatewaySettings(Settings, frozen=True, kw_only=True):
    """Bounds of memory, queues and waits; times in seconds. Those of a socket's buffers are `doors/sockets/transport.py`'s.
    `trusted_proxies`: addresses and CIDR blocks, with commas between; only their X-Forwarded-For is believed.
    `keys_every_s`: auth's public keys are fetched so often; less than auth's key_lead_s."""

    host: str = "0.0.0.0"
    port: int = 8080
    issuer: str = "parley"
    access_token_s: int = 900
    memory_events_max: int = 20_000
    memory_s: float = 60.0
    resume_events_max: int = 20_000
    asks_queued_max: int = 256
    sockets_per_person_max: int = 20
    asks_burst: int = 200
    asks_per_s: int = 50
    drain_s: float = 6.0
    presence_repair_s: float = 60.0
    cookie_secure: bool = False
    cors_origins: str = ""
    trusted_proxies: str = ""
    keys_every_s: Annotated[float, Meta(gt=0, le=30)] = 15.0

    def __post_init__(self) -> None:
        try:
            networks(self.trusted_proxies)
        except ValueError as fault:
            raise ValueError(f"PARLEY_TRUSTED_PROXIES: {fault}") from None
