"""What auth can be told from outside."""

from typing import Annotated

from msgspec import Meta

from chassis.stores import MongoSettings


class AuthSettings(MongoSettings, frozen=True, kw_only=True):
    """`bcrypt_cost`: each step doubles the time of a hash, which is measured at start and logged. `bcrypt_wait_s`: so much
    work may wait for `bcrypt_workers`; beyond, `unavailable`. Less than an asker waits. `audit_kept_days`: entries of the
    audit trail go after that."""

    redis_url: str
    access_token_s: int = 900
    refresh_days: int = 30
    bcrypt_cost: Annotated[int, Meta(ge=4, le=31)] = 11
    bcrypt_workers: Annotated[int, Meta(ge=1)] = 2
    bcrypt_wait_s: Annotated[float, Meta(gt=0)] = 3.0
    issuer: str = "parley"
    audit_kept_days: Annotated[int, Meta(ge=1, le=20_000)] = 1_095
