"""Leases in Redis. Remembers which Redis it saw last, and so notices when that one was lost."""

from collections.abc import Iterable, Sequence
from typing import Any

import redis.asyncio

from chassis import log
from contracts.presence import ClosedLease, Lease
from services.presence.domain.leases import BATCH_MAX, Listing, Opening, Sweeping
from services.presence.domain.people import Person
from services.presence.store import scripts

ENDING_KEPT_S = 600
_OUTBOX = "presence:outbox"


class RedisLeases:
    def __init__(self, client: "redis.asyncio.Redis", lease_s: float, grace_s: float) -> None:
        self._redis = client
        self._lease_ms = int(lease_s * 1000)
        self._grace_ms = int(grace_s * 1000)
        self._born = ""
        self._open = client.register_script(scripts.OPEN)
        self._renew = client.register_script(scripts.RENEW)
        self._close = client.register_script(scripts.CLOSE)
        self._sweep = client.register_script(scripts.SWEEP)
        self._settle = client.register_script(scripts.SETTLE)
        self._list = client.register_script(scripts.LIST)

    async def open(self, leases: Sequence[Lease], now_ms: int) -> Opening:
        words = [word for each in leases for word in (each.user_id, each.lease_id, each.session_id)]
        changes, endings = await self._run(self._open, now_ms, words)
        told = [text.decode() for text in endings]
        return Opening(_people(changes), dict(zip(told[::2], told[1::2], strict=True)))

    async def renew(self, leases: Sequence[Lease], now_ms: int) -> list[Person]:
        words = [word for each in leases for word in (each.user_id, each.lease_id)]
        (changes,) = await self._run(self._renew, now_ms, words)
        return _people(changes)

    async def close(self, leases: Sequence[ClosedLease], now_ms: int) -> list[Person]:
        words = [str(self._grace_ms), str(ENDING_KEPT_S)]
        for each in leases:
            words += [each.user_id, each.lease_id, each.session_id, "1" if each.clean else "0", each.ending or ""]
        (changes,) = await self._run(self._close, now_ms, words)
        return _people(changes)

    async def sweep(self, now_ms: int) -> Sweeping:
        changes, warm_until, expired = await self._run(self._sweep, now_ms, [str(BATCH_MAX)])
        return Sweeping(int(self._born), warm_until > 0, expired, _people(changes))

    async def settle(self, user_ids: Sequence[str], now_ms: int) -> list[Person]:
        (changes,) = await self._run(self._settle, now_ms, user_ids)
        return _people(changes)

    async def look(self, user_ids: Iterable[str] | None, now_ms: int) -> Listing:
        words = ["here"] if user_ids is None else ["these", *user_ids]
        people, warming_ms = await self._run(self._list, now_ms, words)
        return Listing(int(self._born), warming_ms, _people(people))

    async def untold(self, before_ms: int) -> list[Person]:
        return _people(await self._redis.zrangebyscore(_OUTBOX, "-inf", before_ms, start=0, num=BATCH_MAX))

    async def forget_told(self, changes: Iterable[Person]) -> None:
        entries = [_entry(person) for person in changes]
        if entries:
            await self._redis.zrem(_OUTBOX, *entries)

    async def _run(self, script: Any, now_ms: int, words: Iterable[str]) -> Sequence[Any]:
        rest: list[Any]
        born, *rest = await script(args=[now_ms, self._lease_ms, self._born, *words])
        seen = born.decode()
        if self._born and self._born != seen:
            log.get().warning("redis.lost", born=seen)
        self._born = seen
        return rest


def _people(entries: Iterable[Any]) -> list[Person]:
    people = []
    for entry in entries:
        # from the right: whoever is asked for may be called anything
        user_id, status, seen, version = entry.decode().rsplit("|", 3)
        people.append(Person(user_id, status, int(seen) if seen else None, int(version)))
    return people


def _entry(person: Person) -> str:
    seen = "" if person.last_seen_ms is None else person.last_seen_ms
    return f"{person.user_id}|{person.status}|{seen}|{person.version}"
