"""The end of every action: its change and the entry in the audit trail, both or neither."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from weakref import WeakValueDictionary

from chassis.bus import Asker
from chassis.clock import Clock, new_id, rfc3339
from contracts.refusals import Refused
from contracts.things import AuditEntry
from services.auth.domain.audit import Audit, entry
from services.auth.domain.people import People, Person
from services.auth.domain.together import Together


@dataclass(frozen=True)
class Remember:
    """`actor`: who did it, where no token says so yet. `detail` names what changed: never a password or a token. Whom a token
    names is looked up: the entry has the login as it was then."""

    together: Together
    audit: Audit
    clock: Clock
    people: People
    turns: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def __call__(
        self,
        asker: Asker,
        action: str,
        *changes: Callable[[Any], Awaitable[None]],
        actor: Person | None = None,
        target: Person | None = None,
        session_id: str | None = None,
        detail: Mapping[str, str] | None = None,
    ) -> None:
        """`changes` are awaited in order, in one transaction, perhaps more than once. Raises what they raise."""
        now = self.clock.now()
        actor = actor or await self._actor(asker, target)
        done = entry(
            _id(now), rfc3339(now), action, asker, actor=actor, target=target, session_id=session_id, detail=detail
        )
        async with self._turn_of(target):
            await self._all(changes, [done])

    async def each(
        self,
        asker: Asker,
        action: str,
        targets: Sequence[Person],
        *changes: Callable[[Any], Awaitable[None]],
        detail: Mapping[str, str] | None = None,
    ) -> None:
        """The same done to at least one target, at once: with an entry for each."""
        now, actor = self.clock.now(), await self._actor(asker, None)
        done = [
            entry(_id(now), rfc3339(now), action, asker, actor=actor, target=target, detail=detail)
            for target in targets
        ]
        await self._all(changes, done)

    async def _all(self, changes: Sequence[Callable[[Any], Awaitable[None]]], done: Sequence[AuditEntry]) -> None:
        async def work(transaction: Any) -> None:
            for change in changes:
                await change(transaction)
            await self.audit.add(transaction, *done)

        await self.together(work)

    async def refusal(
        self,
        asker: Asker,
        action: str,
        refused: Refused,
        *,
        target: Person | None = None,
        detail: Mapping[str, str] | None = None,
    ) -> Refused:
        """The refusal itself, once it is in the trail."""
        now, actor = self.clock.now(), await self._actor(asker, target)
        await self.audit.record(
            entry(
                *(_id(now), rfc3339(now), action, asker),
                outcome=refused.code,
                actor=actor,
                target=target,
                detail=detail,
            )
        )
        return refused

    def _turn_of(self, target: Person | None) -> asyncio.Lock:
        """Changes of one person would break each other's transactions off: here each has its turn, in order. Otherwise whoever
        logs in again and again could keep the password from being changed."""
        key = target.user_id if target else ""
        return self.turns.setdefault(key, asyncio.Lock()) if key else asyncio.Lock()

    async def _actor(self, asker: Asker, target: Person | None) -> Person | None:
        if target is not None and target.user_id == asker.user_id:
            return target
        return await self.people.by_id(asker.user_id) if asker.user_id else None


def _id(now: datetime) -> str:
    """In the order of time, also within a millisecond."""
    return new_id(f"a_{int(now.timestamp() * 1e6):014x}")
