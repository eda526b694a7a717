"""Settings of messenger."""

from chassis.stores import MongoSettings


class MessengerSettings(MongoSettings, frozen=True, kw_only=True):
    """`batch_max`: messages committed together at most."""

    batch_max: int = 200
