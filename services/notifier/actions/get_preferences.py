"""preferences.get: what the asker is mailed of what they missed."""

from chassis.bus import Asker
from contracts.notifier import PreferencesAnswer
from contracts.table import Nothing
from services.notifier.domain.preferences import Wanted


class GetPreferences:
    def __init__(self, wanted: Wanted, *, available: bool) -> None:
        self._wanted = wanted
        self._available = available

    async def __call__(self, asker: Asker, _: Nothing) -> PreferencesAnswer:
        wishes = await self._wanted.of(asker.user_id)
        return PreferencesAnswer(preferences=wishes.preferences(self._available))
