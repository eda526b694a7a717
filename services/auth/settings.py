"""What auth can be told from outside."""

from chassis.stores import MongoSettings


class AuthSettings(MongoSettings, frozen=True, kw_only=True):
    """`bcrypt_queue_max`: passwords waiting for one of `bcrypt_workers`; beyond, `unavailable`."""

    access_token_s: int = 900
    refresh_days: int = 30
    bcrypt_cost: int = 11
    bcrypt_workers: int = 2
    bcrypt_queue_max: int = 2000
    issuer: str = "parley"
