"""Raise notices for people of what somebody else did to them."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from services.notifier.domain.notices import Notices, RaisedNotice

T = TypeVar("T")


class RaiseNotices(Generic[T]):
    def __init__(self, notices: Notices, notice_of: Callable[[str, T], RaisedNotice | None]) -> None:
        self._notices = notices
        self._notice_of = notice_of

    async def __call__(self, told: Sequence[tuple[str, T]]) -> None:
        """Events with their ids. As `Notices.add`: raises StoreAway, and may be called again."""
        raised: dict[str, RaisedNotice] = {}
        for event_id, event in told:
            if (notice := self._notice_of(event_id, event)) is not None:
                raised.setdefault(notice.notice_id, notice)
        await self._notices.add(list(raised.values()))
