"""What auth can be told from outside."""

from typing import Annotated

from msgspec import Meta

from chassis.nkeys import AccountKey, NotASeed
from chassis.stores import MongoSettings
from contracts.license import NotALicense, public_key
from contracts.limits import PASSWORD_BYTES_MAX
from services.auth.domain.sessions import OPEN_MAX
from services.auth.store.sealing import Seal


class AuthSettings(MongoSettings, frozen=True, kw_only=True):
    """`issuer`, `access_token_s` and `refresh_days` are the same as the gateways'. `bcrypt_cost`: each step doubles
    the time of a hash, which is measured at start and logged. `bcrypt_wait_s`: so much work may wait for
    `bcrypt_workers`; beyond, `unavailable`. Less than an asker waits. `audit_kept_days`: entries of the audit trail
    go after that. `password_history`: so many latest passwords, the current one included, may not be taken again.
    `password_max_age_days` 0: a password lasts for ever. `license_file` (empty: none, and no limits) is looked at
    every `license_look_s`, and signed by the key of `license_public_key`, PEM or JWK. `lockout_failures` (0: no
    lockout) wrong passwords within `lockout_s` lock an account for as long. Above `address_failures_per_min` wrong
    ones from one address (0: no limit) each attempt from there waits `address_slow_s`. Of more than
    `forgotten_per_min` forgotten passwords from one address (0: no limit) only those with a right login and e-mail address
    are written. Of more than `sessions_max`
    sessions of one person those used longest ago end. `key_days`: so long keys sign before the next ones are made (0:
    only when keys.rotate is asked), which are published `key_lead_s` before they sign, and read anew every
    `key_reload_s`. `key_encryption_key`: 32 bytes in base64 that seal the keys in MongoDB; of several, with commas
    between, the first seals and each opens (empty: not sealed). `public_url`: what people type to reach a gateway,
    for the links in mails; an invitation is good for `invitation_days`. `outsiders_seed`: of the account key
    whose word NATS takes for outsiders (empty: none are admitted, and nothing is told them), each for
    `outsiders_admitted_s` at a time."""

    redis_url: str
    access_token_s: Annotated[int, Meta(ge=1, le=86_400)] = 900
    refresh_days: Annotated[int, Meta(ge=1, le=3_650)] = 30
    sessions_max: Annotated[int, Meta(ge=1, le=OPEN_MAX)] = 200
    bcrypt_cost: Annotated[int, Meta(ge=4, le=31)] = 11
    bcrypt_workers: Annotated[int, Meta(ge=1)] = 2
    bcrypt_wait_s: Annotated[float, Meta(gt=0, le=3.5)] = 3.0
    password_policy_enabled: bool = True
    password_length_min: Annotated[int, Meta(ge=1, le=PASSWORD_BYTES_MAX)] = 8
    password_lowercase: bool = True
    password_uppercase: bool = True
    password_digit: bool = True
    password_special: bool = True
    password_max_age_days: Annotated[int, Meta(ge=0, le=3_650)] = 90
    password_warn_days: Annotated[int, Meta(ge=0, le=365)] = 15
    password_history: Annotated[int, Meta(ge=1, le=12)] = 1
    lockout_failures: Annotated[int, Meta(ge=0, le=1_000)] = 10
    lockout_s: Annotated[int, Meta(ge=1, le=30 * 24 * 3600)] = 900
    address_failures_per_min: Annotated[int, Meta(ge=0)] = 300
    forgotten_per_min: Annotated[int, Meta(ge=0)] = 30
    address_slow_s: Annotated[float, Meta(ge=0, le=2)] = 1.0
    issuer: Annotated[str, Meta(min_length=1)] = "parley"
    key_days: Annotated[int, Meta(ge=0, le=365)] = 30
    key_lead_s: Annotated[int, Meta(ge=30, le=24 * 3600)] = 60
    key_reload_s: Annotated[float, Meta(gt=0, le=10)] = 10.0
    key_encryption_key: str = ""
    audit_kept_days: Annotated[int, Meta(ge=1, le=20_000)] = 1_095
    license_file: str = ""
    license_public_key: str = ""
    license_look_s: Annotated[float, Meta(gt=0, le=60)] = 10.0
    public_url: Annotated[str, Meta(pattern=r"^https?://[^\s#?]+$")] = "http://127.0.0.1:8080"
    invitation_days: Annotated[int, Meta(ge=1, le=90)] = 7
    outsiders_seed: str = ""
    outsiders_admitted_s: Annotated[int, Meta(ge=5, le=3_600)] = 300

    def __post_init__(self) -> None:
        try:
            Seal(self.key_encryption_key)
        except ValueError as fault:
            raise ValueError(f"PARLEY_KEY_ENCRYPTION_KEY: {fault}") from None
        if self.outsiders_seed:
            try:
                AccountKey(self.outsiders_seed)
            except NotASeed as fault:
                raise ValueError(f"PARLEY_OUTSIDERS_SEED: {fault}") from None
        if self.license_file:
            if not self.license_public_key.strip():
                raise ValueError("PARLEY_LICENSE_PUBLIC_KEY is missing")
            try:
                public_key(self.license_public_key)
            except NotALicense as fault:
                raise ValueError(f"PARLEY_LICENSE_PUBLIC_KEY: {str(fault).rstrip('.')}") from None
