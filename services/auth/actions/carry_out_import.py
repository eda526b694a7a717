"""Making the people of an import: in batches, each remembered whole with how far the import is then, its entries in the audit
trail and the links that mails wait for. Whoever dies in between has made every person once or not at all."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from chassis import log
from chassis.bus import Asker
from chassis.clock import Clock, monotonic, new_id, rfc3339
from chassis.stores import is_away
from contracts.refusals import Refused
from contracts.table import LEADERS
from services.auth.actions.invite import Invite
from services.auth.actions.remember import Remember
from services.auth.domain.import_file import Plan, Row, compare, without_a_seat
from services.auth.domain.imports import DONE, INTERRUPTED, Import, Imports
from services.auth.domain.passwords import Passwords
from services.auth.domain.people import People, Person, Taken

ACTION = "user.import"
BATCH_MAX = 200
BATCH_S = 1.0
"""Hashing so long, what there is is remembered: it shows how far the import is, and that somebody is at work."""
AGAIN_S = 0.25
AWAY_S = 30.0
"""So long a store may be away."""
INTERRUPT_S = 0.8
Batch = list[tuple[Row, Person]]


@dataclass(frozen=True)
class CarryOutImport:
    """`admit` is awaited in the transaction, with how many are added: it raises Refused where so many more may not be."""

    people: People
    imports: Imports
    remember: Remember
    passwords: Passwords
    invite: Invite
    clock: Clock
    admit: Callable[[Any, int], Awaitable[None]]
    _hashing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __call__(self, asker: Asker, one: Import, rows: Sequence[Row]) -> None:
        """Raises what goes wrong, once it is noted that nobody is at work any more. Whose importer may not go on is over."""
        left = deque(rows)
        try:
            while left:
                one = await self._make(asker, one, await self._batch(one, left), left)
            await self._finish(asker, one)
        except Refused as refused:
            await self._interrupted(asker, one, refused.code)
        except BaseException as error:
            await self._interrupted(asker, one, type(error).__name__)
            raise

    async def _interrupted(self, asker: Asker, one: Import, why: str) -> None:
        log.get().warning("import.interrupted", import_id=one.import_id, why=why)
        with suppress(Exception):
            async with asyncio.timeout(INTERRUPT_S):
                if await self.imports.interrupt(one):
                    await self.remember.outcome(asker, ACTION, INTERRUPTED, detail=self._counts(one) | {"why": why})

    async def _batch(self, one: Import, left: deque[Row]) -> Batch:
        """The next ones, at least one."""
        until = monotonic() + BATCH_S
        batch: Batch = []
        while left and len(batch) < BATCH_MAX and (not batch or monotonic() < until):
            row = left.popleft()
            batch.append((row, await self._person(one, row)))
        return batch

    async def _person(self, one: Import, row: Row) -> Person:
        wanted, now = row.wanted, self.clock.now()
        return Person(
            user_id=new_id("u"),
            login=wanted.login,
            name=wanted.name,
            role=wanted.role,
            password_hash=b"" if wanted.password is None else await self._hash(one, wanted.password),
            created_at=rfc3339(now),
            password_changed_at=now,
            email=wanted.email,
            must_change=wanted.must_change,
        )

    async def _hash(self, one: Import, password: str) -> bytes:
        """One at a time, whatever is imported, and none while the queue is full: log-ins go first."""
        async with self._hashing:
            while True:
                try:
                    return await self.passwords.hash(password)
                except Refused:
                    await self.imports.beat(one, self.clock.now())
                    await asyncio.sleep(AGAIN_S)

    async def _make(self, asker: Asker, one: Import, batch: Batch, left: deque[Row]) -> Import:
        """How far it is then. Whoever was made by somebody else meanwhile is left out, and looked at like all who were
        there before."""
        until = monotonic() + AWAY_S
        while batch:
            made = [person for _, person in batch]
            try:
                return await self._remember(asker, one, made)
            except Taken:
                there = {
                    person.login.lower(): person for person in await self.people.by_logins([p.login for p in made])
                }
                if any(p.login.lower() in there and there[p.login.lower()].user_id == p.user_id for p in made):
                    return self._after(one, made)  # it was remembered, and only the answer lost
                plan = compare(Plan(new=[row for row, _ in batch]), there)
                lines = {row.line for row in plan.new}
                batch = [(row, person) for row, person in batch if row.line in lines]
                one = await self._note(one, plan.unchanged, plan)
            except Refused as refused:
                if refused.code != "seats_exhausted":
                    raise
                if len(batch) > 1:  # for some of them there may be seats
                    left.extendleft(row for row, _ in reversed(batch[len(batch) // 2 :]))
                    batch = batch[: len(batch) // 2]
                else:
                    rows = [batch[0][0], *left]
                    left.clear()
                    plan = Plan(faults=without_a_seat(rows, refused.refusal.message))
                    return await self._note(one, 0, plan)
            except Exception as error:
                if not is_away(error) or monotonic() >= until:
                    raise
                await asyncio.sleep(AGAIN_S)
        return one

    async def _remember(self, asker: Asker, one: Import, made: Sequence[Person]) -> Import:
        after = self._after(one, made)
        invited = self.invite([person for person in made if not person.password_hash and self.invite.reaches(person)])
        await self.remember.each(
            asker,
            "user.create",
            made,
            lambda transaction: self.admit(transaction, len(made)),
            lambda transaction: self.people.add_all(transaction, made),
            invited.remember,
            lambda transaction: self.imports.note(transaction, one, after),
            detail={"import_id": one.import_id},
            holding=any(person.role in LEADERS for person in made),
        )
        return after

    def _after(self, one: Import, made: Sequence[Person]) -> Import:
        waiting = [p.user_id for p in made if not p.password_hash and not self.invite.reaches(p)]
        return replace(
            one,
            beat_at=self.clock.now(),
            created=one.created + len(made),
            uninvited=(*one.uninvited, *waiting),
        )

    async def _note(self, one: Import, unchanged: int, plan: Plan) -> Import:
        """Of lines that make nobody."""
        after = replace(
            one,
            beat_at=self.clock.now(),
            unchanged=one.unchanged + unchanged,
            faulty=one.faulty + len(plan.faults),
            faults=[*one.faults, *plan.faults] if plan.faults else one.faults,
        )
        await self.imports.note(None, one, after)
        return after

    async def _finish(self, asker: Asker, one: Import) -> None:
        done = replace(one, state=DONE, beat_at=self.clock.now())
        await self.remember(
            asker,
            ACTION,
            lambda transaction: self.imports.note(transaction, one, done),
            detail=self._counts(one),
        )

    def _counts(self, one: Import) -> dict[str, str]:
        counts = {"total": one.total, "created": one.created, "unchanged": one.unchanged, "faulty": one.faulty}
        return {"import_id": one.import_id} | {name: str(count) for name, count in counts.items()}
