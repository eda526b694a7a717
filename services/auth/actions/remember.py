"""The end of every action: its change and the entry in the audit trail, both or neither."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from weakref import WeakValueDictionary

from chassis.bus import Asker
from chassis.clock import Clock, new_id, rfc3339
from contracts.refusals import Refused, unavailable
from contracts.things import AuditEntry
from services.auth.domain.audit import Audit, entry
from services.auth.domain.people import People, Person, check_asker
from services.auth.domain.together import Together

TURNS_MAX = 20


class Turn:
    """Whose change it is, of one person's, in this process."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.waiting = 0


@dataclass(frozen=True)
class Remember:
    """`actor`: who did it, where no token says so yet. `detail` names what changed: never a password or a token. Whom a token
    names is looked up: the entry has the login as it was then."""

    together: Together
    audit: Audit
    clock: Clock
    people: People
    turns: WeakValueDictionary[str, Turn] = field(default_factory=WeakValueDictionary)

    async def __call__(
        self,
        asker: Asker,
        action: str,
        *changes: Callable[[Any], Awaitable[None]],
        actor: Person | None = None,
        target: Person | None = None,
        session_id: str | None = None,
        detail: Mapping[str, str] | None = None,
        in_turn: bool = False,
    ) -> None:
        """`changes` are awaited in order, in one transaction, perhaps more than once. Raises what they raise, and Refused
        where the asker is not, or not any more, who the token says. `in_turn`: the target's own document is written."""
        now, is_of_token = self.clock.now(), actor is None
        actor = actor or await self._actor(asker, target)
        done = entry(
            _id(now), rfc3339(now), action, asker, actor=actor, target=target, session_id=session_id, detail=detail
        )
        async with self._turn_of(target) if in_turn and target else nullcontext():
            await self._all(asker if is_of_token else None, changes, [done])

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
        await self._all(asker, changes, done)

    async def _all(
        self,
        asker: Asker | None,
        changes: Sequence[Callable[[Any], Awaitable[None]]],
        done: Sequence[AuditEntry],
    ) -> None:
        async def work(transaction: Any) -> None:
            if asker is not None and asker.user_id:
                check_asker(asker, await self.people.by_id(asker.user_id, transaction))
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

    @asynccontextmanager
    async def _turn_of(self, target: Person) -> AsyncIterator[None]:
        """Changes of one person would break each other's transactions off: here each has its turn, in order. Otherwise whoever
        logs in again and again could keep the password from being changed. Raises Refused where too many wait."""
        turn = self.turns.setdefault(target.user_id, Turn())
        if turn.waiting >= TURNS_MAX:
            raise unavailable("Auth")
        turn.waiting += 1
        try:
            async with turn.lock:
                yield
        finally:
            turn.waiting -= 1

    async def _actor(self, asker: Asker, target: Person | None) -> Person | None:
        if target is not None and target.user_id == asker.user_id:
            return target
        return await self.people.by_id(asker.user_id) if asker.user_id else None


def _id(now: datetime) -> str:
    """In the order of time, also within a millisecond."""
    return new_id(f"a_{int(now.timestamp() * 1e6):014x}")
