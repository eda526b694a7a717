"""Leases in Redis, by its scripts."""

from collections.abc import Iterable, Sequence
from typing import Any

import redis.asyncio

from chassis import log
from contracts.presence import ClosedLease, Lease
from services.presence.domain.leases import BATCH_MAX, Change, Listing, Opening, Setting, Sweeping
from services.presence.domain.people import Choice, Person, Remembered
from services.presence.store import scripts
from services.presence.store.entries import change_of, person_of, words

ENDING_KEPT_S = 600
_OUTBOX = "presence:outbox"
_TOLD = "presence:stream"


class RedisLeases:
    def __init__(
        self, client: "redis.asyncio.Redis", *, lease_s: float, grace_s: float, away_s: float, lost_after_s: float
    ) -> None:
        self._redis = client
        self._lease_ms = int(lease_s * 1000)
        self._grace_ms = int(grace_s * 1000)
        self._away_ms = int(away_s * 1000)
        self._lost_after_ms = int(lost_after_s * 1000)
        self._born = 0
        self._open = client.register_script(scripts.OPEN)
        self._renew = client.register_script(scripts.RENEW)
        self._close = client.register_script(scripts.CLOSE)
        self._touch = client.register_script(scripts.TOUCH)
        self._choose = client.register_script(scripts.CHOOSE)
        self._end_sessions = client.register_script(scripts.END_SESSIONS)
        self._sweep = client.register_script(scripts.SWEEP)
        self._recall = client.register_script(scripts.RECALL)
        self._list = client.register_script(scripts.LIST)
        self._untold = client.register_script(scripts.UNTOLD)

    async def open(self, leases: Sequence[Lease]) -> Opening:
        changes, endings = await self._run(self._open, _leases(leases))
        told = [text.decode() for text in endings]
        return Opening(_changes(changes), dict(zip(told[::2], told[1::2], strict=True)))

    async def renew(self, leases: Sequence[Lease]) -> list[Change]:
        (changes,) = await self._run(self._renew, _leases(leases))
        return _changes(changes)

    async def close(self, leases: Sequence[ClosedLease]) -> list[Change]:
        said = [str(self._grace_ms), str(ENDING_KEPT_S)]
        for each in leases:
            said += [each.user_id, each.lease_id, each.session_id, _how(each), each.ending or ""]
        (changes,) = await self._run(self._close, said)
        return _changes(changes)

    async def touch(self, user_ids: Sequence[str]) -> list[Change]:
        (changes,) = await self._run(self._touch, user_ids)
        return _changes(changes)

    async def choose(self, user_id: str, choice: Choice) -> Setting:
        changes, is_known, person = await self._run(self._choose, [user_id, *words(choice)])
        return Setting(bool(is_known), person_of(person.decode()), _changes(changes))

    async def end_sessions(self, sessions: Sequence[tuple[str, str]]) -> tuple[bool, list[Change]]:
        changes, is_known = await self._run(self._end_sessions, [word for each in sessions for word in each])
        return bool(is_known), _changes(changes)

    async def sweep(self) -> Sweeping:
        bounds = [str(BATCH_MAX), str(self._away_ms), str(self._lost_after_ms)]
        changes, is_known, swept = await self._run(self._sweep, bounds)
        return Sweeping(self._born, bool(is_known), swept, _changes(changes))

    async def recall(self, born: int, remembered: Remembered) -> None:
        people = [(person.user_id, "|".join(words(person))) for person in remembered.people]
        lost = [(user_id, str(at)) for user_id, at in remembered.lost.items()]
        for what, said in (("people", people), ("lost", lost)):
            for start in range(0, len(said), BATCH_MAX):
                some = [word for each in said[start : start + BATCH_MAX] for word in each]
                await self._run(self._recall, [str(born), "more", what, *some])
        await self._run(self._recall, [str(born), "all", ""])

    async def look(self, user_ids: Iterable[str]) -> Listing:
        people, is_known = await self._run(self._list, ["these", *user_ids])
        return Listing(bool(is_known), _people(people))

    async def page(self, after: str, count: int) -> Listing:
        people, is_known = await self._run(self._list, ["page", after, str(count)])
        return Listing(bool(is_known), _people(people))

    async def untold(self, age_ms: int) -> list[Change]:
        (entries,) = await self._run(self._untold, [str(age_ms), str(BATCH_MAX)])
        return _changes(entries)

    async def forget_told(self, changes: Iterable[Change]) -> None:
        entries = [change.entry for change in changes]
        if entries:
            await self._redis.zrem(_OUTBOX, *entries)

    async def is_told(self, epoch: str) -> bool:
        return bool(await self._redis.get(_TOLD) == epoch.encode())

    async def note_told(self, epoch: str) -> None:
        await self._redis.set(_TOLD, epoch)

    async def _run(self, script: Any, said: Iterable[str]) -> Sequence[Any]:
        rest: list[Any]
        born, *rest = await script(args=[self._lease_ms, *said])
        if self._born not in (0, int(born)):
            log.get().warning("redis.lost", born=int(born))
        self._born = int(born)
        return rest


def _leases(leases: Iterable[Lease]) -> list[str]:
    return [word for each in leases for word in (each.user_id, each.lease_id, each.session_id)]


def _changes(entries: Iterable[bytes]) -> list[Change]:
    return [change_of(entry.decode()) for entry in entries]


def _people(entries: Iterable[bytes]) -> list[Person]:
    return [person_of(entry.decode()) for entry in entries]


def _how(closed: ClosedLease) -> str:
    return "clean" if closed.clean else "moving" if closed.moving else "lost"
