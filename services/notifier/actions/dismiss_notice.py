"""Dismiss a notice: the asker's own, or, by a leader and for themselves, one that was announced."""

from chassis.bus import Asker
from chassis.clock import Clock
from contracts.notifier import DismissNotice as Request
from contracts.table import LEADERS, Nothing
from services.notifier.domain.losses import Announcements
from services.notifier.domain.notices import Notices, check_found


class DismissNotice:
    def __init__(self, notices: Notices, announcements: Announcements, clock: Clock) -> None:
        self._notices = notices
        self._announcements = announcements
        self._clock = clock

    async def __call__(self, asker: Asker, request: Request) -> Nothing:
        now = self._clock.now()
        is_found = await self._notices.dismiss(request.notice_id, asker.user_id, now)
        if not is_found and asker.role in LEADERS:
            is_found = await self._announcements.dismiss(request.notice_id, asker.user_id, now)
        check_found(is_found)
        return Nothing()
