"""Settings of notifier."""

from chassis.stores import MongoSettings


class NotifierSettings(MongoSettings, frozen=True, kw_only=True):
    """`notice_kept_days`: a notice nobody dismissed is gone after that."""

    notice_kept_days: int = 30
