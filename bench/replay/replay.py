"""One run from the first person made to the verdict."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence

from bench.replay import cpu
from bench.replay.absences import leave_and_return
from bench.replay.afresh import ask_afresh
from bench.replay.arguments import Arguments
from bench.replay.cast import Cast, assembled
from bench.replay.cluster import Cluster
from bench.replay.figures import figures
from bench.replay.log import Line, names
from bench.replay.play import Posted, play
from bench.replay.proof import prove
from bench.replay.reading import half_read
from tests.kit.checker import check
from tests.kit.history import History, returns
from tests.kit.quiet import until_quiet
from tests.kit.session import open_http
from tests.kit.violation import Violation

VIOLATIONS_SHOWN = 20


async def replay(lines: Sequence[Line], cluster: Cluster, arguments: Arguments) -> bool:
    """True when every promise held."""
    chance = random.Random(arguments.seed)
    history = History()
    async with open_http() as http, assembled(names(list(lines)), cluster.gateways, history, http, chance) as cast:
        violations, parts = await _play_and_judge(lines, cluster, arguments, cast, chance)
    found = figures(history)
    print(found.text())
    print(cpu.text(parts, found.messages, len(found.deliveries)))
    print(returns(history))
    if arguments.record is not None:
        history.dump(arguments.record)
    _show(violations)
    return not violations


async def _play_and_judge(
    lines: Sequence[Line], cluster: Cluster, arguments: Arguments, cast: Cast, chance: random.Random
) -> tuple[list[Violation], dict[str, float]]:
    """What contradicts the promises, and the CPU that playing took, by part."""
    history, people = cast.admin.history, list(cast.people.values())
    absences: list[asyncio.Task[list[Violation]]] = []
    before = cpu.spent(cluster.run)
    async with asyncio.TaskGroup() as group:

        def halfway() -> None:
            if arguments.is_killing:
                print(f"killed {' and '.join(cluster.kill(chance))}", flush=True)
            absences.append(group.create_task(leave_and_return(cast, chance)))

        posted: list[Posted] = await play(lines, cast, arguments.speed, arguments.in_flight, halfway)
    acknowledged = [each.message for each in posted]
    await until_quiet(people, acknowledged, history)
    parts = cpu.between(before, cpu.spent(cluster.run))
    readers = await half_read(cast, chance)
    await until_quiet(people, acknowledged, history)
    answers = await ask_afresh(cast)
    started = time.monotonic()
    violations = check(history, answers) + prove(posted, cast, answers, readers)
    violations += await cast.device.differences(answers)
    violations += [violation for absence in absences for violation in absence.result()]
    print(f"checked {len(history.records)} records in {time.monotonic() - started:.1f} s", flush=True)
    return violations, parts


def _show(violations: list[Violation]) -> None:
    for each in violations[:VIOLATIONS_SHOWN]:
        print(f"{each.rule}: {each.who}: {each.detail}")
    if len(violations) > VIOLATIONS_SHOWN:
        print(f"… and {len(violations) - VIOLATIONS_SHOWN} more")
    print(f"{len(violations)} differences" if violations else "everyone got everything, once, in order")
