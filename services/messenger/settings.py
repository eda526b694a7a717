"""Settings of messenger."""

from datetime import timedelta
from typing import Annotated

from msgspec import Meta

from chassis.stores import MongoSettings

MESSAGE_LASTS_S = 100 * 365 * 86_400
"""A window as long as this has no end."""


class MessengerSettings(MongoSettings, frozen=True, kw_only=True):
    """`batch_max`: messages committed together at most. `edit_window_s`, `delete_window_s`: so long after sending it its
    author may edit or delete a message (0: never). `deliveries_max`: so often an event that the search index cannot take is
    tried; then it is kept in the stream PARLEY_DEAD."""

    batch_max: Annotated[int, Meta(ge=1, le=10_000)] = 200
    edit_window_s: Annotated[int, Meta(ge=0, le=MESSAGE_LASTS_S)] = 86_400
    deliveries_max: Annotated[int, Meta(ge=1)] = 10
    delete_window_s: Annotated[int, Meta(ge=0, le=MESSAGE_LASTS_S)] = 86_400

    @property
    def edit_window(self) -> timedelta:
        return timedelta(seconds=self.edit_window_s)

    @property
    def delete_window(self) -> timedelta:
        return timedelta(seconds=self.delete_window_s)

    @property
    def lost_kept_for(self) -> timedelta:
        """Longer than the stream keeps what was told of a lost group: until then its people may have to hear of it."""
        return timedelta(seconds=self.stream_max_age_s, hours=1)
