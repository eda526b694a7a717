"""Settings of a gateway."""

from typing import Annotated

from msgspec import Meta

from chassis.settings import Settings
from services.gateway.domain.addresses import networks


class GatewaySettings(Settings, frozen=True, kw_only=True):
    """Bounds of memory, queues and waits; times in seconds. Those of a socket's buffers are in `doors/sockets/`.
    `trusted_proxies`: addresses and CIDR blocks, with commas between; only their X-Forwarded-For is believed, and no agent may
    be among them. `issuer`, `access_token_s` and `refresh_days` are the same as auth's: tokens of another issuer, and those
    good for longer, are refused; a browser's cookie goes after `refresh_days`. `keys_every_s`: auth's public keys are fetched
    so often; less than auth's key_lead_s. `web_dir` has the page as it was built; a relative one is below the folder that has
    `services/`."""

    host: str = "0.0.0.0"
    port: Annotated[int, Meta(ge=1, le=65_535)] = 8080
    issuer: Annotated[str, Meta(min_length=1)] = "parley"
    access_token_s: Annotated[int, Meta(ge=1, le=86_400)] = 900
    refresh_days: Annotated[int, Meta(ge=1, le=3_650)] = 30
    memory_events_max: Annotated[int, Meta(ge=1)] = 20_000
    memory_bytes_max: Annotated[int, Meta(ge=1)] = 64 * 1024 * 1024
    memory_s: Annotated[float, Meta(gt=0)] = 60.0
    resume_events_max: Annotated[int, Meta(ge=1)] = 20_000
    asks_queued_max: Annotated[int, Meta(ge=1)] = 256
    sockets_max: Annotated[int, Meta(ge=1)] = 20_000
    sockets_per_person_max: Annotated[int, Meta(ge=1)] = 20
    asks_burst: Annotated[int, Meta(ge=1)] = 200
    asks_per_s: Annotated[int, Meta(ge=1)] = 50
    drain_s: Annotated[float, Meta(ge=2, le=60)] = 6.0
    presence_repair_s: Annotated[float, Meta(gt=0, le=3_600)] = 60.0
    cookie_secure: bool = False
    cors_origins: str = ""
    trusted_proxies: str = ""
    keys_every_s: Annotated[float, Meta(gt=0, le=30)] = 15.0
    web_dir: str = "web/page/dist"

    def __post_init__(self) -> None:
        try:
            networks(self.trusted_proxies)
        except ValueError as fault:
            raise ValueError(f"PARLEY_TRUSTED_PROXIES: {fault}") from None
