"""Guarding passwords against guessing: around everything that says whether one is right."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext, suppress

from chassis import log
from chassis.bus import Asker
from chassis.clock import new_id, rfc3339
from contracts.limits import LOGIN
from contracts.refusals import Refused
from services.auth.actions.remember import Remember
from services.auth.domain.guessing import Guess, Guesses, Standing, account_of, crowded, locked, origin_of
from services.auth.domain.people import People

BUSY_S, BUSY_TIMES = 0.1, 15
"""How often it is looked whether one of those under way is over: most of them are right, of a person with many tabs."""
LOCKED = "user.locked"
WAITING_MAX = 200
WAITING_OF_ONE_MAX = 25
"""Attempts that wait in this process: in all, and from one origin or for one account. One that is slowed keeps its place
until it is over: otherwise one origin alone could keep the threads busy."""


class Attempt:
    def __init__(self, guesses: Guesses, guess: Guess) -> None:
        self._guesses = guesses
        self._guess = guess
        self.is_right = False

    async def right(self) -> None:
        """The password is the right one, whatever else is refused: nothing counts against this account any more."""
        await self._guesses.right(self._guess)
        self.is_right = True


class Guard:
    """`slow_s`: so long an attempt waits whose origin had too many wrong ones; less than an asker waits, with a hash."""

    def __init__(self, guesses: Guesses, people: People, remember: Remember, slow_s: float) -> None:
        self._guesses = guesses
        self._people = people
        self._remember = remember
        self._slow_s = slow_s
        self._waiting: dict[str, int] = {}

    @asynccontextmanager
    async def attempt(self, asker: Asker, login: str) -> AsyncIterator[Attempt]:
        """`async with guard.attempt(asker, login) as attempt:` around looking at a password, with `await attempt.right()`
        once it is known to be right. Raises Refused `too_many_attempts` before anything is done.

        Left by a Refused (`invalid_credentials`) it was a wrong password. Left by `unavailable`, an error or a cancellation
        it says nothing about the password, and does not count.
        """
        guess = Guess(new_id("g"), account_of(login), origin_of(asker.address))
        standing = await self._reserve(guess)
        if standing.locked_s is not None:
            raise locked(standing.locked_s)
        attempt = Attempt(self._guesses, guess)
        try:
            with self._place(guess.origin) if standing.is_slow else nullcontext():
                if standing.is_slow:
                    await asyncio.sleep(self._slow_s)
                yield attempt
        except BaseException as error:
            if not attempt.is_right:
                await self._failed(asker, login, guess, error)
            raise
        if not attempt.is_right:
            await self._wrong(asker, login, guess)

    async def unlock(self, login: str) -> None:
        """With a new password nothing old counts. Raises nothing: a lock that cannot be reached now ends by itself."""
        try:
            await self._guesses.unlock(account_of(login))
        except Refused as away:
            log.get().warning("user.not_unlocked", code=away.code)

    async def locked_until(self, logins: Collection[str]) -> dict[str, str]:
        """By login, of those that are locked; none where nobody can tell now, too."""
        try:
            untils = await self._guesses.locked_until([account_of(login) for login in logins])
        except Refused:
            return {}
        return {login: rfc3339(until) for login, until in zip(logins, untils, strict=True) if until is not None}

    async def _failed(self, asker: Asker, login: str, guess: Guess, error: BaseException) -> None:
        if isinstance(error, Refused) and error.code not in ("unavailable", "too_many_attempts"):
            await self._wrong(asker, login, guess)
            return
        with suppress(Refused):
            await self._guesses.undone(guess)

    async def _wrong(self, asker: Asker, login: str, guess: Guess) -> None:
        if await self._guesses.wrong(guess):
            target = await self._people.by_login(login) if LOGIN.fullmatch(login) else None
            await self._remember(asker, LOCKED, target=target)

    async def _reserve(self, guess: Guess) -> Standing:
        """Raises Refused `too_many_attempts` where too many are under way for too long."""
        for _ in range(BUSY_TIMES):
            standing = await self._guesses.reserve(guess)
            if not standing.is_busy:
                return standing
            with self._place(guess.account):
                await asyncio.sleep(BUSY_S)
        raise crowded()

    @contextmanager
    def _place(self, whose: str) -> Iterator[None]:
        """Raises Refused `too_many_attempts` where too many wait already."""
        waiting = self._waiting
        if waiting.get(whose, 0) >= WAITING_OF_ONE_MAX or sum(waiting.values()) >= WAITING_MAX:
            raise crowded()
        waiting[whose] = waiting.get(whose, 0) + 1
        try:
            yield
        finally:
            waiting[whose] -= 1
            if not waiting[whose]:
                del waiting[whose]
