"""Settings of notifier."""

from typing import Annotated

from msgspec import Meta

from chassis.stores import MongoSettings


class NotifierSettings(MongoSettings, frozen=True, kw_only=True):
    """`notice_kept_days`: a notice nobody dismissed is gone after that. `deliveries_max`: so often an event is tried that
    fails for no known reason; then it is kept in the stream PARLEY_DEAD."""

    notice_kept_days: Annotated[int, Meta(ge=1, le=3650)] = 30
    deliveries_max: Annotated[int, Meta(ge=1)] = 10
