"""List the asker's notices that are not dismissed."""

from chassis.bus import Asker
from contracts.notifier import Notices as Answer
from contracts.table import Nothing
from services.notifier.domain.notices import LISTED_MAX, Notices


class ListNotices:
    def __init__(self, notices: Notices) -> None:
        self._notices = notices

    async def __call__(self, asker: Asker, _: Nothing) -> Answer:
        undismissed = await self._notices.undismissed(asker.user_id, LISTED_MAX)
        return Answer(notices=[notice.notice() for notice in undismissed])
