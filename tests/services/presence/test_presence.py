"""Presence with a real NATS and Redis: who is said to come and go, and when."""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest
from redis.asyncio import Redis

from contracts.everything import ASKS
from contracts.limits import WATCHED_MAX
from contracts.presence import (
    PEOPLE_MAX,
    ListPresence,
)
from contracts.refusals import Refused
from tests.kit.waiting import eventually
from tests.services.presence.house import GRACE_S, LEASE_S, House


async def test_first_in_and_last_out_are_told_once(house: House) -> None:
    opened = await house.open("ada.1", "ada.2")
    assert opened.lease_s == LEASE_S
    await asyncio.gather(*(house.renew("ada.1", "ada.2") for _ in range(10)))
    await house.close("ada.1", clean=True)
    assert await house.statuses("ada", "nobody") == {"ada": "online", "nobody": "offline"}
    await house.close("ada.2", clean=True)
    await house.hears(("ada", "online"), ("ada", "offline"))
    await house.hears_no_more()
    assert house.versions == sorted(set(house.versions))
    assert await house.statuses() == {}


async def test_a_clean_close_is_seen_at_once_and_a_late_renewal_changes_nothing(house: House) -> None:
    await house.open("ada.1")
    closed_at = time.monotonic()
    await house.close("ada.1", clean=True)
    await house.hears(("ada", "online"), ("ada", "offline"))
    assert time.monotonic() - closed_at < GRACE_S
    await house.renew("ada.1")
    assert await house.statuses("ada") == {"ada": "offline"}
    people = await house.gateway.ask(ASKS["presence.list"], ListPresence(user_ids=["ada"]))
    assert people.people[0].last_seen_at is not None


async def test_a_page_that_loads_again_does_not_flicker(house: House) -> None:
    await house.open("ada.1")
    await house.close("ada.1", clean=False, ending="slow_consumer")
    opened = await house.open("ada.2")
    assert opened.last_endings == {"session-ada": "slow_consumer"}
    for _ in range(4):
        await house.renew("ada.2")
        await house.hears_no_more(GRACE_S / 2)
    assert house.told == [("ada", "online")]
    assert (await house.open("ada.3")).last_endings == {}


async def test_who_does_not_come_back_is_gone_after_the_grace(house: House) -> None:
    await house.open("ada.1")
    await house.close("ada.1", clean=False)
    assert await house.statuses() == {"ada": "online"}
    await house.hears(("ada", "online"), ("ada", "offline"), timeout_s=LEASE_S)


async def test_leases_nobody_renews_expire(house: House) -> None:
    people = [f"person{number}" for number in range(500)]
    await house.open(*(f"{person}.1" for person in people))
    assert len(await house.statuses()) == 500
    await eventually(lambda: len(house.told) == 1000, LEASE_S + 3)
    assert sorted(house.told[:500]) == sorted((person, "online") for person in people)
    assert sorted(house.told[500:]) == sorted((person, "offline") for person in people)
    assert await house.statuses() == {}
    store = Redis.from_url(house.redis.url)
    await eventually(_all_told(store))
    await store.aclose()


async def test_too_many_leases_at_once_are_refused(house: House) -> None:
    with pytest.raises(Refused) as refused:
        await house.open(*(f"ada.{number}" for number in range(501)))
    assert refused.value.code == "invalid"


async def test_what_a_dead_process_left_untold_is_told_by_another(house: House) -> None:
    store = Redis.from_url(house.redis.url)
    await store.zadd("presence:outbox", {"ada|online||1700000000000": 1700000000000})
    await house.hears(("ada", "online"))
    await eventually(_all_told(store))
    await store.aclose()


async def test_a_redis_that_came_back_empty_announces_nobody_who_is_here_offline(house: House) -> None:
    await house.open("ada.1", "grace.1", "grace.2", "linus.1")
    await eventually(lambda: len(house.told) == 3)
    house.redis.kill()
    await house.redis.until_ended()
    with pytest.raises(Refused) as refused:
        await house.renew("ada.1")
    assert refused.value.code == "unavailable"
    house.told.clear()
    await house.redis.start()
    await eventually(_is_answered(house))
    assert await house.statuses() == {"ada": "online", "grace": "online", "linus": "online"}
    await house.close("grace.1", clean=True)  # grace.2 has not renewed yet
    until = time.monotonic() + LEASE_S * 2
    while time.monotonic() < until:
        await house.renew("ada.1", "grace.2")
        await asyncio.sleep(0.2)
    assert await house.statuses() == {"ada": "online", "grace": "online"}
    # nobody renewed for Linus: his gateway went with that Redis. Nothing else is news
    assert house.told == [("linus", "offline")]


async def test_after_redis_and_presence_were_lost_together_those_who_are_here_stay_here(house: House) -> None:
    """Only a replica that remembered another Redis gave people the time to renew: when all were lost at once, whoever
    had not renewed yet was answered as offline, and a close of one of two sockets announced it."""
    await house.open("ada.1", "grace.1", "grace.2", "linus.1", "margaret.1")
    await house.close("margaret.1", clean=True)
    await eventually(lambda: len(house.told) == 5)
    seen = (await house.list(user_ids=["margaret"])).people
    house.told.clear()
    await house.lose_all()
    lost_at = time.monotonic()
    here = {"ada": "online", "grace": "online", "linus": "online"}
    assert await house.statuses() == here
    assert (await house.list(user_ids=["margaret"])).people == seen
    await house.close("grace.1", clean=True)  # grace.2 is another gateway's, which has not renewed yet
    assert await house.statuses() == here
    await house.renew("grace.2")
    await house.open("edsger.1")  # was not here before: nobody else can have a lease for him
    closed_at = time.monotonic()
    await house.close("edsger.1", clean=True)
    await eventually(lambda: ("edsger", "offline") in house.told)
    assert time.monotonic() - closed_at < LEASE_S / 2
    while time.monotonic() - lost_at < LEASE_S * 1.5:
        await house.renew("ada.1", "grace.2")
        await asyncio.sleep(0.2)
    assert await house.statuses() == {"ada": "online", "grace": "online"}
    assert [one for one in house.told if one[1] == "offline"] == [("edsger", "offline"), ("linus", "offline")]


async def test_who_logs_out_just_after_a_loss_is_gone_after_a_lease_time(house: House) -> None:
    """Whether another lease of theirs was lost is not known before."""
    await house.open("ada.1")
    await house.hears(("ada", "online"))
    await house.lose_all()
    await house.renew("ada.1")
    await house.close("ada.1", clean=True)
    assert await house.statuses() == {"ada": "online"}
    await eventually(lambda: house.told[-1] == ("ada", "offline"), LEASE_S + 3)
    assert house.told.count(("ada", "offline")) == 1


async def test_where_nobody_was_here_before_a_log_out_is_seen_at_once(house: House) -> None:
    """On the first start of an empty cluster."""
    await house.open("ada.1")
    closed_at = time.monotonic()
    await house.close("ada.1", clean=True)
    await house.hears(("ada", "online"), ("ada", "offline"))
    assert time.monotonic() - closed_at < GRACE_S


@pytest.mark.parametrize("away", ["redis", "nats", "presence"])
async def test_nobody_is_offline_because_nobody_could_renew(house: House, away: str) -> None:
    """Leases ran out while what renews them was away, and the first sweep afterwards announced everybody offline."""
    await house.open("ada.1", "grace.1")
    await house.hears(("ada", "online"), ("grace", "online"))
    # leases pass while it is away: there is nothing else to wait for
    if away == "presence":
        await house.parts.aclose()
        await asyncio.sleep(LEASE_S + 1.0)
        await house.start()
    elif away == "nats":
        house.nats.kill()
        await house.nats.until_ended()
        await asyncio.sleep(LEASE_S + 1.0)
        await house.nats.start()
    else:
        house.redis.signal(signal.SIGSTOP)
        await asyncio.sleep(LEASE_S + 1.0)
        house.redis.signal(signal.SIGCONT)
    await eventually(_is_answered(house))
    until = time.monotonic() + LEASE_S * 1.5
    await asyncio.sleep(LEASE_S / 3)
    while time.monotonic() < until:
        await house.renew("ada.1")
        await asyncio.sleep(0.2)
    assert ("ada", "offline") not in house.told
    await eventually(lambda: ("grace", "offline") in house.told, LEASE_S + 3)
    assert await house.statuses() == {"ada": "online"}


@pytest.mark.parametrize("house", [60.0], indirect=True)
async def test_everyone_who_is_here_is_listed_page_by_page(house: House) -> None:
    """All in one answer, 20,000 were more than a NATS message may carry."""
    longest = [f"{number:05}-{'x' * 56}" for number in range(PEOPLE_MAX * 2 + 1)]
    for start in range(0, len(longest), 500):
        await house.open(*(f"{user_id}.1" for user_id in longest[start : start + 500]))
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(3):
        page = await house.list(cursor=cursor)
        assert len(msgspec.json.encode(page)) < 500_000
        seen += [person.user_id for person in page.people]
        cursor = page.next_cursor
    assert (cursor, seen) == (None, longest)
    assert [person.user_id for person in (await house.list(limit=1, cursor=longest[0])).people] == [longest[1]]
    assert (
        len(msgspec.json.encode(await house.list(user_ids=[f"{'x' * 59}{n:05}" for n in range(WATCHED_MAX)]))) < 10**6
    )


@pytest.mark.parametrize(
    "request_",
    [
        *({"limit": limit} for limit in (0, -1, PEOPLE_MAX + 1)),
        *({"cursor": cursor} for cursor in ("", "a b", "x" * 65)),
        *({"user_ids": [user_id]} for user_id in ("", "a b", "x" * 65, "a|b")),
        {"user_ids": [f"u_{number}" for number in range(WATCHED_MAX + 1)]},
    ],
)
async def test_what_is_no_question_is_refused(house: House, request_: dict[str, Any]) -> None:
    refusal = await house.refuses(**request_)
    assert (refusal.code, list(refusal.errors or {})) == ("invalid", list(request_))


def _all_told(store: "Redis") -> Callable[[], bool | Awaitable[bool]]:
    async def is_so() -> bool:
        return bool(await store.zcard("presence:outbox") == 0)

    return is_so


def _is_answered(house: House) -> Callable[[], bool | Awaitable[bool]]:
    async def is_so() -> bool:
        try:
            await house.statuses()
        except Refused:
            return False
        return True

    return is_so
