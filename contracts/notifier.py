"""Notifier: telling people who are not looking. Notices are kept until dismissed and pushed to those who are here."""

from contracts.table import NOBODY, Ask, Event, Nothing, Route, Wire
from contracts.things import Notice


class DismissNotice(Wire, frozen=True):
    notice_id: str


class Notices(Wire, frozen=True):
    notices: list[Notice]


class NoticeRaised(Wire, frozen=True):
    user_id: str
    notice: Notice


ASKS = (
    Ask("notice.dismiss", "notifier", DismissNotice, Nothing, route=Route("DELETE", "/notices/{notice_id}", 204)),
    Ask("notice.list", "notifier", Nothing, Notices, NOBODY, socket=False),
)

NOTICE_RAISED = Event("notice.raised", "notifier", NoticeRaised, ("user_id",))
EVENTS = (NOTICE_RAISED,)
