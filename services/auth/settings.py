"""What auth can be told from outside."""

from typing import Annotated

from msgspec import Meta

from chassis.stores import MongoSettings
from contracts.limits import PASSWORD_BYTES_MAX


class AuthSettings(MongoSettings, frozen=True, kw_only=True):
    """`bcrypt_cost`: each step doubles the time of a hash, which is measured at start and logged. `bcrypt_wait_s`: so much
    work may wait for `bcrypt_workers`; beyond, `unavailable`. Less than an asker waits. `audit_kept_days`: entries of the
    audit trail go after that. `password_history`: so many latest passwords, the current one included, may not be taken
    again. `password_max_age_days` 0: a password lasts for ever."""

    redis_url: str
    access_token_s: int = 900
    refresh_days: int = 30
    bcrypt_cost: Annotated[int, Meta(ge=4, le=31)] = 11
    bcrypt_workers: Annotated[int, Meta(ge=1)] = 2
    bcrypt_wait_s: Annotated[float, Meta(gt=0)] = 3.0
    password_policy_enabled: bool = True
    password_length_min: Annotated[int, Meta(ge=1, le=PASSWORD_BYTES_MAX)] = 8
    password_lowercase: bool = True
    password_uppercase: bool = True
    password_digit: bool = True
    password_special: bool = True
    password_max_age_days: Annotated[int, Meta(ge=0, le=3_650)] = 90
    password_warn_days: Annotated[int, Meta(ge=0, le=365)] = 15
    password_history: Annotated[int, Meta(ge=1, le=12)] = 1
    issuer: str = "parley"
    audit_kept_days: Annotated[int, Meta(ge=1, le=20_000)] = 1_095
