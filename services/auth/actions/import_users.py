"""Importing people from a file. The work goes on behind the answer, which waits a little for it to be done."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from chassis.bus import Asker
from chassis.clock import Clock, monotonic, new_id
from chassis.tasks import Tasks
from contracts.auth import ImportAnswer
from contracts.auth import ImportUsers as Request
from contracts.refusals import unavailable
from services.auth.actions.carry_out_import import CarryOutImport
from services.auth.actions.get_import import GetImport
from services.auth.domain.import_file import Plan, Reading, compare
from services.auth.domain.imports import Imports, begun, dry_report, seated
from services.auth.domain.license import Licensing, Seats, Standing
from services.auth.domain.people import People

WAIT_S = 2.0
"""An asker waits for 4 s, and the links are yet to be made then."""
HAND_OVER_BY_S = 3.0
RUNNING_MAX = 4
"""In one process, dry runs included. Their files are read one after another."""


@dataclass(frozen=True)
class ImportUsers:
    """`password_faults`: every rule that a password does not meet."""

    people: People
    imports: Imports
    carry_out: CarryOutImport
    get_import: GetImport
    seats: Seats
    licensing: Licensing
    password_faults: Callable[[str], list[str]]
    tasks: Tasks
    clock: Clock
    _under_way: set[str] = field(default_factory=set)
    _reader: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="import"))

    async def __call__(self, asker: Asker, request: Request) -> ImportAnswer:
        began, import_id, work = monotonic(), new_id("i"), None
        if len(self._under_way) >= RUNNING_MAX:
            raise unavailable("The import", retry_after_s=5.0)
        self._under_way.add(import_id)
        try:
            plan = await self._plan(asker, request)
            if request.dry_run:
                return ImportAnswer(report=dry_report(import_id, plan))
            one = begun(import_id, asker.user_id, self.clock.now(), plan)
            await self.imports.start(one)
            work = self.tasks.brief("import.carry_out", self.carry_out(asker, one, plan.new))
            work.add_done_callback(lambda _: self._under_way.discard(import_id))
        finally:
            if work is None:
                self._under_way.discard(import_id)
        await asyncio.wait([work], timeout=max(0.0, began + WAIT_S - monotonic()))
        return await self.get_import.report(asker, import_id, give_by=began + HAND_OVER_BY_S)

    async def _plan(self, asker: Asker, request: Request) -> Plan:
        reading = Reading(asker.role, request.passwords, request.must_change, self.password_faults)
        read = await asyncio.get_running_loop().run_in_executor(self._reader, reading.read, request.csv)
        there = await self.people.by_logins([row.key for row in read.new])
        plan = compare(read, {person.login.lower(): person for person in there})
        standing = self.licensing.standing
        return seated(plan, standing, await self.seats.taken()) if standing != Standing() else plan
