"""Guesses with real Redis: counted for all replicas at once, and none for ever."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from chassis.bus import Bus
from chassis.clock import Clock, new_id
from chassis.ops import Readiness
from chassis.stores import open_redis
from chassis.tasks import Tasks
from services.auth.domain.guessing import Guess
from services.auth.store.guesses import UNDER_WAY_MS, RedisGuesses
from services.auth.wiring import Auth
from tests.services.auth.conftest import House, MovedClock

pytestmark = pytest.mark.asyncio
FAILURES = 5
ACCOUNT, ORIGIN = "a1", "203.0.113.9"


class StoppedClock:
    """Stands at the beginning of a minute."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 1, 1, 9, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


def guess(account: str = ACCOUNT) -> Guess:
    return Guess(new_id("g"), account, ORIGIN)


@asynccontextmanager
async def replicas(
    house: House, count: int, per_minute: int = 0, clock: Clock | None = None
) -> AsyncIterator[list[RedisGuesses]]:
    clients: list[Any] = [open_redis(house.settings) for _ in range(count)]
    await clients[0].flushall()
    rules = {"failures": FAILURES, "lockout_s": 900, "per_minute": per_minute}
    try:
        yield [RedisGuesses(client, clock or house.clock, **rules) for client in clients]
    finally:
        for client in clients:
            await client.aclose()


async def test_replicas_count_together(house: House) -> None:
    async with replicas(house, 3) as some:
        standings = await asyncio.gather(*(some[n % 3].reserve(guess()) for n in range(30)))
        assert sum(not each.is_busy for each in standings) == FAILURES


async def test_one_lock_begins_once(house: House) -> None:
    async with replicas(house, 3) as some:
        guesses = [guess() for _ in range(FAILURES)]
        assert all([(await some[0].reserve(one)).locked_s is None for one in guesses])
        began = await asyncio.gather(*(some[n % 3].wrong(one) for n, one in enumerate(guesses)))
        assert sorted(began) == [False] * (FAILURES - 1) + [True]
        assert (await some[1].reserve(guess())).locked_s == pytest.approx(900, abs=5)
        until, other = await some[2].locked_until([ACCOUNT, "another"])
        assert until is not None and other is None
        assert not await some[0].wrong(guess())  # one of before, which ends late
        assert (await some[1].reserve(guess("another"))).locked_s is None


async def test_what_a_dead_replica_reserved_is_forgotten(house: House) -> None:
    async with replicas(house, 2) as (dead, other):
        for _ in range(FAILURES):
            await dead.reserve(guess())
        assert (await other.reserve(guess())).is_busy
        house.clock.ahead += timedelta(milliseconds=UNDER_WAY_MS + 1)
        assert (await other.reserve(guess())).locked_s is None


async def test_what_is_undone_has_never_been(house: House) -> None:
    async with replicas(house, 1) as (one,):
        for _ in range(3 * FAILURES):
            tried = guess()
            assert (await one.reserve(tried)).locked_s is None
            await one.undone(tried)


async def test_an_address_has_a_minute_that_slides(house: House) -> None:
    """At the end of a minute, its first half counts no more, and its second half still does."""
    clock = StoppedClock()
    async with replicas(house, 1, per_minute=10, clock=clock) as (one,):
        for number in range(10):
            assert not (await one.reserve(guess(f"a{number}"))).is_slow
            await one.wrong(guess(f"a{number}"))
        assert (await one.reserve(guess("b1"))).is_slow
        clock.moment += timedelta(seconds=90)  # half a minute into the next: five count
        for number in range(5):
            assert not (await one.reserve(guess(f"c{number}"))).is_slow
            await one.wrong(guess(f"c{number}"))
        assert (await one.reserve(guess("b2"))).is_slow
        clock.moment += timedelta(seconds=30)
        assert not (await one.reserve(guess("b3"))).is_slow


async def test_readiness_names_redis(house: House) -> None:
    away = msgspec.structs.replace(house.settings, redis_url="redis://127.0.0.1:1")
    bus, tasks = await Bus.connect(away, "auth"), Tasks()
    part = Auth(away, bus, tasks, MovedClock())
    assert await Readiness(part.probes).away() == ["redis"]
    await part.close()
    await bus.drain()
