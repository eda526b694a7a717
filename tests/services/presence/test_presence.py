"""Presence with a real NATS and Redis: who is said to come and go, and when."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from redis.asyncio import Redis

from chassis import lifetime
from chassis.bus import Bus, Told
from chassis.settings import Settings
from chassis.tasks import Tasks
from contracts.everything import ASKS
from contracts.limits import WATCHED_MAX
from contracts.presence import (
    PEOPLE_MAX,
    USER_CHANGED,
    ClosedLease,
    CloseLeases,
    Lease,
    ListPresence,
    Opened,
    OpenLeases,
    People,
    PresenceChanged,
)
from contracts.refusals import Refusal, Refused
from deploy.local.servers import Server, nats, redis, running
from services.presence.settings import PresenceSettings
from services.presence.wiring import Presence
from tests.kit.waiting import eventually

LEASE_S = 2.4
GRACE_S = 0.6


class House:
    """Two replicas of presence, and a gateway that asks them and hears what they tell."""

    def __init__(self, gateway: Bus, nats: Server, redis: Server, lease_s: float) -> None:
        self.gateway = gateway
        self.lease_s = lease_s
        self.nats = nats
        self.redis = redis
        self.parts = AsyncExitStack()
        self.told: list[tuple[str, str]] = []
        self.versions: list[int] = []

    async def start(self) -> None:
        for number in (1, 2):
            settings = PresenceSettings(
                instance=f"presence-{number}",
                nats_url=self.nats.url,
                nats_user="presence",
                nats_password=self.nats.passwords["presence"],
                redis_url=self.redis.url,
                lease_s=self.lease_s,
                grace_s=GRACE_S,
                sweep_s=0.1,
            )
            await self.parts.enter_async_context(presence(settings))

    async def lose_all(self) -> None:
        """Redis and every presence process end together, and come back."""
        await self.parts.aclose()
        self.redis.kill()
        await self.redis.until_ended()
        await self.redis.start()
        await self.start()

    def hear(self, told: Told) -> None:
        person = msgspec.json.decode(told.data, type=PresenceChanged).person
        assert told.id == f"{person.user_id}.{person.version}"
        self.told.append((person.user_id, person.status))
        self.versions.append(person.version)

    async def open(self, *names: str) -> Opened:
        answer: Opened = await self.gateway.ask(ASKS["lease.open"], OpenLeases(leases=[*map(lease, names)]))
        return answer

    async def renew(self, *names: str) -> None:
        await self.gateway.ask(ASKS["lease.renew"], OpenLeases(leases=[*map(lease, names)]))

    async def close(self, name: str, *, clean: bool, ending: str | None = None) -> None:
        each = lease(name)
        closed = ClosedLease(
            lease_id=each.lease_id, user_id=each.user_id, session_id=each.session_id, clean=clean, ending=ending
        )
        await self.gateway.ask(ASKS["lease.close"], CloseLeases(leases=[closed]))

    async def statuses(self, *user_ids: str) -> dict[str, str]:
        people = await self.list(user_ids=list(user_ids) or None)
        return {person.user_id: person.status for person in people.people}

    async def list(self, **request: Any) -> People:
        people: People = await self.gateway.ask(ASKS["presence.list"], ListPresence(**request))
        return people

    async def refuses(self, **request: Any) -> Refusal:
        with pytest.raises(Refused) as refused:
            await self.list(**request)
        return refused.value.refusal

    async def hears(self, *told: tuple[str, str], timeout_s: float = 5.0) -> None:
        await eventually(lambda: len(self.told) >= len(told), timeout_s, what=f"{told} of {self.told}")
        assert self.told == list(told)

    async def hears_no_more(self, of_s: float = 0.3) -> None:
        """That nothing happens has no sign of its own: a short while has to do."""
        before = list(self.told)
        await asyncio.sleep(of_s)
        assert self.told == before


def lease(name: str) -> Lease:
    """`ada.1`: the lease 1 of Ada."""
    return Lease(lease_id=name.replace(".", "-"), user_id=name.partition(".")[0], session_id=f"session-{name[:-2]}")


@asynccontextmanager
async def presence(settings: PresenceSettings) -> AsyncIterator[None]:
    bus, tasks = await Bus.connect(settings, "presence"), Tasks()
    part = Presence(settings, bus, tasks)
    await part.start()
    try:
        yield
    finally:
        await lifetime.stop("presence", part, bus, tasks)
        assert not tasks.crashed.is_set()


@pytest.fixture
async def house(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """Its parameter is how long a lease lasts, where that is not LEASE_S."""
    nats_server, redis_server = nats(tmp_path), redis(tmp_path)
    async with running(nats_server, redis_server):
        gateway_settings = Settings(
            instance="gateway-1",
            nats_url=nats_server.url,
            nats_user="gateway",
            nats_password=nats_server.passwords["gateway"],
        )
        gateway = await Bus.connect(gateway_settings, "gateway")
        house = House(gateway, nats_server, redis_server, getattr(request, "param", LEASE_S))
        reader = await gateway.read(house.hear, subject=f"{USER_CHANGED.prefix}.>")
        async with house.parts:
            await house.start()
            yield house
        await reader.stop()
        await gateway.drain()


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
    await eventually(_is_answered(house), 10.0)
    assert await house.statuses() == {"ada": "online", "grace": "online", "linus": "online"}
    await house.close("grace.1", clean=True)  # grace.2 has not renewed yet
    until = time.monotonic() + LEASE_S * 2
    while time.monotonic() < until:
        await house.renew("ada.1", "grace.2")
        await asyncio.sleep(0.2)
    assert await house.statuses() == {"ada": "online", "grace": "online"}
    assert [status for user_id, status in house.told if user_id != "linus"] == ["online", "online"]
    # nobody renewed for Linus: his gateway went with that Redis
    assert ("linus", "offline") in house.told
    assert len(house.told) == 3


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
    await eventually(_is_answered(house), 10.0)
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
