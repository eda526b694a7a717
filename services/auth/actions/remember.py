"""The end of every action: its change and the entry in the audit trail, both or neither."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
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
        holding: bool = False,
    ) -> None:
        """`changes` are awaited in order, in one transaction, perhaps more than once. Raises what they raise, and Refused
        where the asker is not, or not any more, who the token says. `in_turn`: the target's own document is written.
        `holding`: who disables or demotes the asker meanwhile is answered after it. It costs everyone who changes the same
        asker, and their log-ins, a turn: for what makes leaders alone."""
        is_of_token = actor is None
        actor = actor or await self._actor(asker, target)

        def done() -> list[AuditEntry]:
            return [self._entry(asker, action, actor=actor, target=target, session_id=session_id, detail=detail)]

        async with self._turns_of(target.user_id if in_turn and target else "", asker.user_id if holding else ""):
            await self._all(asker if is_of_token else None, changes, done, holding=holding)

    async def each(
        self,
        asker: Asker,
        action: str,
        targets: Sequence[Person],
        *changes: Callable[[Any], Awaitable[None]],
        detail: Mapping[str, str] | None = None,
        holding: bool = False,
    ) -> None:
        """The same done to several, at once: with an entry for each."""
        actor = await self._actor(asker, None)

        def done() -> list[AuditEntry]:
            now = self.clock.now()
            return [
                self._entry(asker, action, actor=actor, target=target, detail=detail, now=now) for target in targets
            ]

        async with self._turns_of(asker.user_id if holding else ""):
            await self._all(asker, changes, done, holding=holding)

    async def ended(
        self, transaction: Any, asker: Asker, person: Person, session_ids: Sequence[str], detail: Mapping[str, str]
    ) -> None:
        """For changes: sessions of this person that end with what is remembered, by their own doing."""
        if session_ids:
            each = [
                self._entry(asker, "session.end", actor=person, target=person, session_id=one, detail=detail)
                for one in session_ids
            ]
            await self.audit.add(transaction, *each)

    async def _all(
        self,
        asker: Asker | None,
        changes: Sequence[Callable[[Any], Awaitable[None]]],
        done: Callable[[], Sequence[AuditEntry]],
        *,
        holding: bool,
    ) -> None:
        async def work(transaction: Any) -> None:
            if asker is not None and asker.user_id:
                person = check_asker(asker, await self.people.by_id(asker.user_id, transaction))
                if holding:
                    await self.people.hold(transaction, person)
            for change in changes:
                await change(transaction)
            if entries := done():  # last, and anew each time: the trail is in the order of time, nearly
                await self.audit.add(transaction, *entries)

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
        await self.outcome(asker, action, refused.code, target=target, detail=detail)
        return refused

    async def outcome(
        self,
        asker: Asker,
        action: str,
        outcome: str,
        *,
        target: Person | None = None,
        detail: Mapping[str, str] | None = None,
    ) -> None:
        """By itself, of what was not done."""
        actor = await self._actor(asker, target)
        await self.audit.record(self._entry(asker, action, outcome=outcome, actor=actor, target=target, detail=detail))

    async def once_a_minute(self, asker: Asker, action: str, outcome: str, *, target: Person | None = None) -> None:
        """As `outcome`: the first of this asker, whatever the replica. Its id is the same for all of them."""
        now, actor = self.clock.now(), await self._actor(asker, target)
        minute = now.replace(second=0, microsecond=0)
        which = blake2b(f"{asker.user_id} {action} {outcome}".encode(), digest_size=16).hexdigest()
        audit_id = f"{_moment(minute)}_{which}"
        await self.audit.record_once(
            entry(audit_id, rfc3339(now), action, asker, outcome=outcome, actor=actor, target=target)
        )

    @asynccontextmanager
    async def _turns_of(self, *user_ids: str) -> AsyncIterator[None]:
        """Changes of one person would break each other's transactions off: here each has its turn, in order. Otherwise whoever
        logs in again and again could keep the password from being changed. Empty ids are nobody's. Raises Refused where too
        many wait."""
        async with AsyncExitStack() as turns:
            for user_id in sorted({*user_ids} - {""}):  # all in the same order: nobody waits for who waits for them
                await turns.enter_async_context(self._turn_of(user_id))
            yield

    @asynccontextmanager
    async def _turn_of(self, user_id: str) -> AsyncIterator[None]:
        turn = self.turns.setdefault(user_id, Turn())
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

    def _entry(self, asker: Asker, action: str, *, now: datetime | None = None, **said: Any) -> AuditEntry:
        at = now or self.clock.now()
        return entry(_id(at), rfc3339(at), action, asker, **said)


def _id(now: datetime) -> str:
    """In the order of time, also within a millisecond."""
    return new_id(_moment(now))


def _moment(now: datetime) -> str:
    return f"a_{int(now.timestamp() * 1e6):014x}"
