"""Leases in Redis, by its scripts."""

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
        self._born = 0
        self._open = client.register_script(scripts.OPEN)
        self._renew = client.register_script(scripts.RENEW)
        self._close = client.register_script(scripts.CLOSE)
        self._sweep = client.register_script(scripts.SWEEP)
        self._recall = client.register_script(scripts.RECALL)
        self._list = client.register_script(scripts.LIST)
        self._untold = client.register_script(scripts.UNTOLD)

    async def open(self, leases: Sequence[Lease]) -> Opening:
        words = [word for each in leases for word in (each.user_id, each.lease_id, each.session_id)]
        changes, endings = await self._run(self._open, words)
        told = [text.decode() for text in endings]
        return Opening(_people(changes), dict(zip(told[::2], told[1::2], strict=True)))

    async def renew(self, leases: Sequence[Lease]) -> list[Person]:
        words = [word for each in leases for word in (each.user_id, each.lease_id)]
        (changes,) = await self._run(self._renew, words)
        return _people(changes)

    async def close(self, leases: Sequence[ClosedLease]) -> list[Person]:
        words = [str(self._grace_ms), str(ENDING_KEPT_S)]
        for each in leases:
            words += [each.user_id, each.lease_id, each.session_id, _how(each), each.ending or ""]
        (changes,) = await self._run(self._close, words)
        return _people(changes)

    async def sweep(self) -> Sweeping:
        changes, is_known, swept = await self._run(self._sweep, [str(BATCH_MAX)])
        return Sweeping(self._born, bool(is_known), swept, _people(changes))

    async def recall(self, born: int, people: Sequence[Person]) -> None:
        for start in range(0, len(people), BATCH_MAX):
            await self._run(self._recall, [str(born), "more", *_recalled(people[start : start + BATCH_MAX])])
        await self._run(self._recall, [str(born), "all"])

    async def look(self, user_ids: Iterable[str]) -> Listing:
        people, is_known = await self._run(self._list, ["these", *user_ids])
        return Listing(bool(is_known), _people(people))

    async def page(self, after: str, count: int) -> Listing:
        people, is_known = await self._run(self._list, ["page", after, str(count)])
        return Listing(bool(is_known), _people(people))

    async def untold(self, age_ms: int) -> list[Person]:
        (entries,) = await self._run(self._untold, [str(age_ms), str(BATCH_MAX)])
        return _people(entries)

    async def forget_told(self, changes: Iterable[Person]) -> None:
        entries = [f"{person.user_id}|{_words(person)}" for person in changes]
        if entries:
            await self._redis.zrem(_OUTBOX, *entries)

    async def _run(self, script: Any, words: Iterable[str]) -> Sequence[Any]:
        rest: list[Any]
        born, *rest = await script(args=[self._lease_ms, *words])
        if self._born not in (0, int(born)):
            log.get().warning("redis.lost", born=int(born))
        self._born = int(born)
        return rest


def _people(entries: Iterable[Any]) -> list[Person]:
    people = []
    for entry in entries:
        # from the right: whoever is asked for may be called anything
        user_id, status, seen, version = entry.decode().rsplit("|", 3)
        people.append(Person(user_id, status, int(seen) if seen else None, int(version)))
    return people


def _recalled(people: Iterable[Person]) -> list[str]:
    return [word for person in people for word in (person.user_id, _words(person))]


def _words(person: Person) -> str:
    seen = "" if person.last_seen_ms is None else person.last_seen_ms
    return f"{person.status}|{seen}|{person.version}"


def _how(closed: ClosedLease) -> str:
    return "clean" if closed.clean else "moving" if closed.moving else "lost"
