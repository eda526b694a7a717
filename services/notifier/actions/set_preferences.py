"""preferences.set: changes what the asker is mailed, also of what waits to be; what is absent stays."""

from chassis.bus import Asker
from chassis.clock import Clock
from contracts.notifier import PreferencesAnswer, SetPreferences
from services.notifier.domain.missed import MissedMails
from services.notifier.domain.preferences import Wanted, check, too_many


class ChangePreferences:
    def __init__(self, wanted: Wanted, missed: MissedMails, clock: Clock, *, available: bool) -> None:
        self._wanted = wanted
        self._missed = missed
        self._clock = clock
        self._available = available

    async def __call__(self, asker: Asker, request: SetPreferences) -> PreferencesAnswer:
        check(request)
        wishes = await self._wanted.change(asker.user_id, request)
        if wishes is None:
            raise too_many()
        await self._missed.reconsider(asker.user_id, self._clock.now())
        return PreferencesAnswer(preferences=wishes.preferences(self._available))
