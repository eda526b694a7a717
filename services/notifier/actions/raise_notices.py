"""Raise notices for people who were added to a group by somebody else."""

from collections.abc import Sequence

from contracts.messenger import MemberAdded
from services.notifier.domain.notices import Notices, notice_of


class RaiseNotices:
    def __init__(self, notices: Notices) -> None:
        self._notices = notices

    async def __call__(self, added: Sequence[tuple[str, MemberAdded]]) -> None:
        """Events with their ids. As `Notices.add`: raises StoreAway, and may be called again."""
        raised = [notice for event_id, event in added if (notice := notice_of(event_id, event)) is not None]
        await self._notices.add(raised)
