"""Dismiss a notice: the asker's own only."""

from chassis.bus import Asker
from chassis.clock import Clock
from contracts.notifier import DismissNotice as Request
from contracts.table import Nothing
from services.notifier.domain.notices import Notices, check_found


class DismissNotice:
    def __init__(self, notices: Notices, clock: Clock) -> None:
        self._notices = notices
        self._clock = clock

    async def __call__(self, asker: Asker, request: Request) -> Nothing:
        check_found(await self._notices.dismiss(request.notice_id, asker.user_id, self._clock.now()))
        return Nothing()
