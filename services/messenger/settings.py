"""Settings of messenger."""

from datetime import timedelta

from chassis.stores import MongoSettings


class MessengerSettings(MongoSettings, frozen=True, kw_only=True):
    """`batch_max`: messages committed together at most."""

    batch_max: int = 200

    @property
    def lost_kept_for(self) -> timedelta:
        """Longer than the stream keeps what was told of a lost group: until then its people may have to hear of it."""
        return timedelta(seconds=self.stream_max_age_s, hours=1)
