"""Carrying out an import while the store goes away: whoever is made is made once, and counted as made."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from pymongo.errors import AutoReconnect

from chassis.bus import Asker
from chassis.clock import SystemClock
from contracts.auth import CreateUser
from contracts.refusals import Refused, unavailable
from services.auth.actions import carry_out_import
from services.auth.actions.carry_out_import import CarryOutImport
from services.auth.domain.import_file import Plan, Row
from services.auth.domain.imports import DONE, INTERRUPTED, Import, begun
from services.auth.domain.people import Person, Taken

ROOT = Asker(user_id="u_root", role="admin")


class World:
    """What an import speaks to. `happens`: before (the batch is lost), after (only its answer is) or nothing, by attempt."""

    def __init__(self, *happens: str) -> None:
        self.happens = list(happens)
        self.there: dict[str, Person] = {}
        self.noted: Import | None = None
        self.hashes_refused = 0
        self.beats = 0
        self.said: list[tuple[str, str, str]] = []

    async def by_logins(self, logins: Sequence[str]) -> list[Person]:
        return [self.there[login.lower()] for login in logins if login.lower() in self.there]

    async def add_all(self, _: Any, people: Sequence[Person]) -> None:
        if any(person.login.lower() in self.there for person in people):
            raise Taken
        self.there |= {person.login.lower(): person for person in people}

    async def note(self, _: Any, before: Import, after: Import) -> None:
        self.noted = after

    async def beat(self, one: Import, now: datetime) -> None:
        self.beats += 1

    async def interrupt(self, one: Import) -> bool:
        self.noted = Import(one.import_id, one.importer_id, one.beat_at, INTERRUPTED, one.total)
        return True

    async def outcome(self, _: Asker, action: str, outcome: str, *, detail: dict[str, str]) -> None:
        self.said.append((action, outcome, detail["why"]))

    async def hash(self, password: str) -> bytes:
        if self.hashes_refused:
            self.hashes_refused -= 1
            raise unavailable("Auth")
        return password.encode()

    async def __call__(self, *args: Any, **_: Any) -> None:
        """Remembering the end."""
        for change in args[2:]:
            await change(None)

    async def each(self, _: Asker, __: str, ___: Any, *changes: Any, **____: Any) -> None:
        """Remembering a batch."""
        happens = self.happens.pop(0) if self.happens else ""
        if happens == "before":
            raise AutoReconnect
        for change in changes:
            await change(None)
        if happens == "after":
            raise AutoReconnect


class Invite:
    def __call__(self, people: Sequence[Person]) -> "Invite":
        return self

    def reaches(self, person: Person) -> bool:
        return False

    async def remember(self, _: Any) -> None:
        pass


async def nobody_minds(_: Any, __: int) -> None:
    pass


def rows(*logins: str, password: str | None = None) -> list[Row]:
    return [
        Row(line, CreateUser(login=login, name="P", role="agent", password=password))
        for line, login in enumerate(logins, 2)
    ]


async def carry_out(world: World, wanted: list[Row], admit: Any = nobody_minds) -> Import:
    anything = cast(Any, world)
    work = CarryOutImport(anything, anything, anything, anything, cast(Any, Invite()), SystemClock(), admit)
    one = begun("i_1", ROOT.user_id, datetime.now(UTC), Plan(total=len(wanted), new=wanted))
    await work(ROOT, one, wanted)
    assert world.noted is not None
    return world.noted


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carry_out_import, "AGAIN_S", 0.0)


@pytest.mark.parametrize("happens", [(), ("before", "before"), ("after",), ("before", "after")])
async def test_a_store_that_goes_away_makes_nobody_twice(happens: tuple[str, ...]) -> None:
    world = World(*happens)
    done = await carry_out(world, rows("ada", "grace"))
    assert (done.state, done.created, done.unchanged, done.faulty) == (DONE, 2, 0, 0)
    assert list(done.uninvited) == [person.user_id for person in world.there.values()]


async def test_who_was_made_by_somebody_else_meanwhile_is_unchanged_or_at_fault() -> None:
    world = World()
    at = datetime.now(UTC)
    for login, name in (("ada", "P"), ("grace", "Grace")):
        world.there[login] = Person(f"u_{login}", login, name, "agent", b"", "2026-01-01", at)
    done = await carry_out(world, rows("ada", "grace", "linus"))
    assert (done.created, done.unchanged, done.faulty) == (1, 1, 1)
    assert [(fault.line, fault.field) for fault in done.faults] == [(3, "login")]


async def test_hashes_wait_for_log_ins_and_say_that_they_are_at_work() -> None:
    world = World()
    world.hashes_refused = 3
    done = await carry_out(world, rows("ada", password="Parley-2026"))
    assert (done.created, done.uninvited, world.beats) == (1, (), 3)


async def test_seats_that_others_took_meanwhile_leave_the_last_lines_at_fault() -> None:
    world = World()

    async def three(_: Any, count: int) -> None:
        if len(world.there) + count > 3:
            raise Refused("seats_exhausted", "No seat is free.")

    done = await carry_out(world, rows(*(f"p{number}" for number in range(10))), three)
    assert (done.created, done.faulty, done.state) == (3, 7, DONE)
    assert [fault.line for fault in done.faults] == list(range(5, 12))


async def test_what_cannot_go_on_is_interrupted() -> None:
    world = World()

    async def broken(_: Any, __: int) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await carry_out(world, rows("ada"), broken)
    assert world.noted is not None and world.noted.state == INTERRUPTED
    assert world.said == [("user.import", INTERRUPTED, "RuntimeError")]


async def test_whose_importer_may_not_go_on_is_over_and_no_error() -> None:
    world = World()

    async def disabled(_: Any, __: int) -> None:
        raise Refused("session_ended", "The session has ended.")

    done = await carry_out(world, rows("ada"), disabled)
    assert (done.state, world.said) == (INTERRUPTED, [("user.import", INTERRUPTED, "session_ended")])


async def test_who_is_stopped_says_so() -> None:
    world, begun_ = World(), asyncio.Event()

    async def endless(_: Any, __: int) -> None:
        begun_.set()
        await asyncio.Event().wait()

    work = asyncio.create_task(carry_out(world, rows("ada"), endless))
    await begun_.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert world.noted is not None and world.noted.state == INTERRUPTED
