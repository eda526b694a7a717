"""Rotating the keys that tokens are made with: a new set is published first, signs later, and the old one goes when nothing
good was made with it. Nobody is logged out."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from chassis.bus import PARLEY, Asker
from chassis.clock import Clock, rfc3339
from contracts.auth import Keys as Published
from contracts.table import Nothing
from services.auth.actions.remember import Remember
from services.auth.domain.keyring import Keyring, Keys, KeySet, NumberTaken
from services.auth.domain.tokens import Mint


@dataclass(frozen=True)
class RotateKeys:
    """`key_life`: so long a set signs before the next is made; zero: only when somebody asks."""

    keys: Keys
    remember: Remember
    mint: Mint
    clock: Clock
    key_life: timedelta

    async def __call__(self, asker: Asker, request: Nothing) -> Published:
        await self._load()
        await self._rotate(asker, "asked")
        return Published(keys=self.mint.jwks(self.clock.now()))

    async def keep(self) -> None:
        """To be repeated by every replica: hears of what others made, makes what is due, throws away what is over."""
        await self._load()
        if self.mint.keyring.is_due(self.clock.now(), self.key_life):
            await self._rotate(PARLEY, "age")
        now = self.clock.now()
        silent, over = self.mint.keyring.silent(now), self.mint.keyring.over(now)
        await self._each(self.keys.forget_private, silent)
        await self._each(self.keys.delete, over)
        if silent or over:
            await self._load()

    async def _rotate(self, asker: Asker, reason: str) -> None:
        ring = self.mint.keyring
        fresh = self.keys.fresh(ring.newest.number + 1, self.clock.now() + ring.lives.lead)
        detail = {"kid": fresh.kid, "signs_from": rfc3339(fresh.signs_from), "reason": reason}
        try:
            await self.remember(
                asker, "keys.rotate", lambda transaction: self.keys.add(transaction, fresh), detail=detail
            )
        except NumberTaken:
            pass  # another replica has just rotated them
        await self._load()

    async def _load(self) -> None:
        sets = await self.keys.load(self.clock.now())
        self.mint.keyring = Keyring(tuple(sets), self.mint.keyring.lives)

    async def _each(self, work: Callable[[KeySet], Awaitable[None]], sets: list[KeySet]) -> None:
        for one in sets:
            await work(one)
