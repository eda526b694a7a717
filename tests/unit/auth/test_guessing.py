"""What counts as a guess, and under which name it is remembered."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
import redis.exceptions
from hypothesis import given
from hypothesis import strategies as st

from chassis.bus import Asker
from contracts.refusals import Refused, unavailable
from services.auth.actions.guard import WAITING_MAX, WAITING_OF_ONE_MAX, Guard
from services.auth.domain.guessing import Guess, Standing, account_of, locked, origin_of
from tests.kit.waiting import eventually

ADA = "ada"
ASKER = Asker(address="203.0.113.9")


class Remembered:
    """Guesses, as a list of what was done with each."""

    def __init__(self, standing: Standing | None = None, *, locks: bool = False) -> None:
        self.standing = standing or Standing()
        self.locks = locks
        self.is_away = False
        self.done: list[str] = []

    async def reserve(self, guess: Guess) -> Standing:
        self._note("reserve")
        return self.standing

    async def wrong(self, guess: Guess) -> bool:
        self._note("wrong")
        return self.locks

    async def right(self, guess: Guess) -> None:
        self._note("right")

    async def undone(self, guess: Guess) -> None:
        self._note("undone")

    async def unlock(self, account: str) -> None:
        self._note("unlock")

    async def locked_until(self, accounts: Sequence[str]) -> list[datetime | None]:
        self._note("locked_until")
        return [None for _ in accounts]

    def _note(self, what: str) -> None:
        if self.is_away:
            raise unavailable("Auth")
        self.done.append(what)


class Trail:
    def __init__(self) -> None:
        self.actions: list[str] = []

    async def __call__(self, asker: Asker, action: str, **_: Any) -> None:
        self.actions.append(action)

    async def by_login(self, login: str) -> None:
        return None


def guard(guesses: Remembered, trail: Trail | None = None, slow_s: float = 0.0) -> Guard:
    seen: Any = trail or Trail()
    return Guard(guesses, seen, seen, slow_s)


async def leave_by(guesses: Remembered, error: BaseException) -> None:
    with pytest.raises(type(error)):
        async with guard(guesses).attempt(ASKER, ADA):
            raise error


async def test_a_refusal_is_a_wrong_password() -> None:
    guesses = Remembered()
    await leave_by(guesses, Refused("invalid_credentials", ""))
    assert guesses.done == ["reserve", "wrong"]


async def test_leaving_without_a_word_is_one_too() -> None:
    guesses = Remembered()
    async with guard(guesses).attempt(ASKER, ADA):
        pass
    assert guesses.done == ["reserve", "wrong"]


@pytest.mark.parametrize(
    "error",
    [unavailable("Auth"), asyncio.CancelledError(), TimeoutError(), redis.exceptions.TimeoutError(), KeyError()],
)
async def test_what_says_nothing_about_the_password_does_not_count(error: BaseException) -> None:
    guesses = Remembered()
    await leave_by(guesses, error)
    assert guesses.done == ["reserve", "undone"]


async def test_a_right_one_counts_as_right_whatever_is_refused_then() -> None:
    guesses = Remembered()
    with pytest.raises(Refused):
        async with guard(guesses).attempt(ASKER, ADA) as attempt:
            await attempt.right()
            raise Refused("password_expired", "")
    assert guesses.done == ["reserve", "right"]


async def test_while_guesses_cannot_be_counted_there_are_none() -> None:
    """And an answer to one whose outcome could not be remembered says nothing."""
    guesses = Remembered()
    guesses.is_away = True
    looked = False
    with pytest.raises(Refused, match="unavailable"):
        async with guard(guesses).attempt(ASKER, ADA):
            looked = True
    assert not looked
    guesses.is_away = False
    with pytest.raises(Refused, match="unavailable"):
        async with guard(guesses).attempt(ASKER, ADA):
            guesses.is_away = True
            raise Refused("invalid_credentials", "")


async def test_an_outage_in_undoing_hides_nothing() -> None:
    guesses = Remembered()
    with pytest.raises(KeyError):
        async with guard(guesses).attempt(ASKER, ADA):
            guesses.is_away = True
            raise KeyError


async def test_a_new_password_is_set_although_the_lock_is_out_of_reach() -> None:
    guesses = Remembered()
    guesses.is_away = True
    await guard(guesses).unlock(ADA)
    assert await guard(guesses).locked_until([ADA]) == {}


async def test_locked_is_refused_before_anything_is_looked_at() -> None:
    guesses = Remembered(Standing(locked_s=899.2))
    looked = False
    with pytest.raises(Refused) as caught:
        async with guard(guesses).attempt(ASKER, ADA):
            looked = True
    assert (caught.value.code, caught.value.refusal.retry_after_s) == ("too_many_attempts", 900)
    assert not looked and guesses.done == ["reserve"]


async def test_only_the_beginning_of_a_lock_is_in_the_trail() -> None:
    trail = Trail()
    for guesses in (Remembered(), Remembered(locks=True), Remembered(Standing(locked_s=1.0))):
        with pytest.raises(Refused):
            async with guard(guesses, trail).attempt(ASKER, ADA):
                raise Refused("invalid_credentials", "")
    assert trail.actions == ["user.locked"]


async def test_so_many_wait_and_no_more() -> None:
    """An address has a share of the places only, and gives them back."""
    guesses = Remembered(Standing(is_slow=True))
    slow = guard(guesses, slow_s=60.0)

    async def attempt(address: str) -> None:
        async with slow.attempt(Asker(address=address), ADA) as attempt:
            await attempt.right()

    tries = [asyncio.ensure_future(attempt(f"203.0.113.{n % 9}")) for n in range(9 * (WAITING_OF_ONE_MAX + 1))]
    await eventually(lambda: guesses.done.count("reserve") == len(tries))
    waiting = [one for one in tries if not one.done()]
    assert len(waiting) == WAITING_MAX
    refusals = [one.exception() for one in tries if one.done()]
    assert {one.code for one in refusals if isinstance(one, Refused)} == {"too_many_attempts"}
    assert all(isinstance(one, Refused) and (one.refusal.retry_after_s or 9) <= 2 for one in refusals)
    for one in waiting:
        one.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert guesses.done.count("undone") == len(tries) and "wrong" not in guesses.done
    again = asyncio.ensure_future(attempt("203.0.113.1"))
    await eventually(lambda: guesses.done.count("reserve") > len(tries))
    assert not again.done()
    again.cancel()


async def test_one_that_is_slowed_keeps_its_place_until_it_is_over() -> None:
    """It gave it back before the hash, so that one address could fill the queue for that."""
    guesses, goes_on = Remembered(Standing(is_slow=True)), asyncio.Event()
    slow, at_work = guard(guesses), 0

    async def attempt(address: str) -> None:
        nonlocal at_work
        async with slow.attempt(Asker(address=address), ADA) as attempt:
            at_work += 1
            await goes_on.wait()
            await attempt.right()

    tries = [asyncio.ensure_future(attempt("203.0.113.9")) for _ in range(WAITING_OF_ONE_MAX)]
    await eventually(lambda: at_work == WAITING_OF_ONE_MAX)
    with pytest.raises(Refused, match="too_many_attempts"):
        await attempt("203.0.113.9")
    goes_on.set()
    await attempt("203.0.113.10")
    await asyncio.gather(*tries)
    await attempt("203.0.113.9")


@given(st.text(max_size=2_000))
def test_memory_is_bounded_by_the_number_of_guesses_whatever_is_typed(login: str) -> None:
    assert len(account_of(login)) == 32


@given(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}", fullmatch=True))
def test_a_login_in_any_case_is_one_account(login: str) -> None:
    assert account_of(login.upper()) == account_of(login.lower()) == account_of(login)
    assert account_of(login + "x") != account_of(login)


def test_a_text_that_is_none_is_an_account_like_any_other() -> None:
    assert len(account_of("\ud800")) == 32


def test_no_lookalike_counts_against_anybody() -> None:
    """A login with the sign of kelvin, whose small letter is a k, locked that account, and the trail named nobody."""
    assert account_of("\u212aate") != account_of("kate")


def test_whoever_has_an_ipv6_network_is_one() -> None:
    assert origin_of("2001:db8:0:1::7") == origin_of("2001:db8:0:1:ffff::8") != origin_of("2001:db8:0:2::7")
    assert origin_of("203.0.113.9") == "203.0.113.9" != origin_of("203.0.113.10")
    assert origin_of("") == "" and origin_of("what?") == origin_of("ever")


def test_the_time_to_wait_is_rounded_up() -> None:
    assert locked(0.2).refusal.retry_after_s == 1
