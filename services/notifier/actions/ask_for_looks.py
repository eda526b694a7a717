"""Ask for a look, some time later, at conversations in which something was said: one write each, whoever is in them."""

from collections.abc import Sequence
from datetime import timedelta

from services.notifier.domain.missed import Looks, Said


class AskForLooks:
    def __init__(self, looks: Looks, after: timedelta) -> None:
        self._looks = looks
        self._after = after

    async def __call__(self, said: Sequence[Said]) -> None:
        """In any order, any number of times. Raises StoreAway."""
        await self._looks.ask_for(said, self._after)
