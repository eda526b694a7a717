"""List the asker's notices that are not dismissed; for leaders also whose connection is lost now."""

from chassis.bus import Asker
from contracts.notifier import Notices as Answer
from contracts.table import LEADERS, Nothing
from contracts.things import Notice
from services.notifier.domain.losses import Announcements, Losses, what_is_lost
from services.notifier.domain.notices import LISTED_MAX, Notices


class ListNotices:
    def __init__(self, notices: Notices, losses: Losses, announcements: Announcements) -> None:
        self._notices = notices
        self._losses = losses
        self._announcements = announcements

    async def __call__(self, asker: Asker, _: Nothing) -> Answer:
        undismissed = await self._notices.undismissed(asker.user_id, LISTED_MAX)
        lost = await self._lost(asker.user_id) if asker.role in LEADERS else []
        return Answer(notices=[*lost, *(notice.notice() for notice in undismissed)])

    async def _lost(self, user_id: str) -> list[Notice]:
        losses = await self._losses.open()
        dismissed = await self._announcements.dismissed(list({loss.batch for loss in losses}), user_id)
        return what_is_lost([loss for loss in losses if loss.batch not in dismissed])
