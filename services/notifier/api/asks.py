"""The asks notifier answers."""

from collections.abc import Mapping

from chassis.bus import Handler
from services.notifier.actions.dismiss_notice import DismissNotice
from services.notifier.actions.list_notices import ListNotices


def handlers(dismiss_notice: DismissNotice, list_notices: ListNotices) -> Mapping[str, Handler]:
    return {"notice.dismiss": dismiss_notice, "notice.list": list_notices}
