"""One run: the people come, talk while things break, and are asked afterwards what they saw."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from pathlib import Path

from bench.chaos.faults import schedule
from bench.chaos.ground import Ground, prepared
from bench.chaos.official import official_devices
from bench.chaos.talk import Talk
from bench.replay.cast import Cast, assembled
from bench.replay.crowd import each
from tests.kit.afresh import ask_conversations, ask_history, ask_presence
from tests.kit.answers import Answers
from tests.kit.checker import check
from tests.kit.evidence import Evidence
from tests.kit.history import History, returns
from tests.kit.joining import joined_after
from tests.kit.person import Person
from tests.kit.quiet import until_quiet
from tests.kit.session import open_http
from tests.kit.violation import Violation

PEOPLE = 8
OFFICIAL = 2
"""Of them, with the official JavaScript client as a second device."""
UNDONE_WITHIN_S = 120.0
VIOLATIONS_SHOWN = 20


async def run(seed: int, for_s: float, folder: Path, record: Path | None) -> bool:
    """True when every promise held."""
    history = History()
    names = [f"person {number}" for number in range(1, PEOPLE + 1)]
    async with prepared(folder) as ground, open_http() as http:
        chance = random.Random(seed)
        async with assembled(names, ground.gateways, history, http, chance) as cast:
            await cast.admin.connect()
            try:
                violations = await _break_and_judge(ground, cast, history, seed, for_s)
            finally:
                await cast.admin.leave()
    if record is not None:
        history.dump(record)
    print(returns(history))
    for violation in violations[:VIOLATIONS_SHOWN]:
        print(f"{violation.rule}: {violation.who}: {violation.detail}")
    print(f"{len(violations)} differences" if violations else "everyone got everything, once, in order")
    return not violations


async def _break_and_judge(ground: Ground, cast: Cast, history: History, seed: int, for_s: float) -> list[Violation]:
    people = list(cast.people.values())
    talk = Talk(cast, random.Random(seed))
    async with official_devices(people[:OFFICIAL], ground.gateways, cast.group_id, history) as devices:
        async with asyncio.TaskGroup() as group:
            group.create_task(talk.run())
            try:
                done = await _break(ground, seed, for_s)
                async with asyncio.timeout(UNDONE_WITHIN_S):
                    await ground.until_whole()
            finally:
                talk.end()
        await asyncio.gather(*(device.fall_silent() for device in devices))
        sent = [*talk.sent, *(message for device in devices for message in device.sent)]
        await until_quiet([*people, cast.admin, *devices], sent, history)
        answers = await _ask_afresh(cast)
    _say_who_joined(history, answers)
    print(", ".join(f"{count} times {kind}" for kind, count in sorted(done.items())))
    print(f"{len(talk.sent)} messages, {len(history.records)} records", flush=True)
    return check(history, answers)


async def _break(ground: Ground, seed: int, for_s: float) -> Counter[str]:
    """How often each kind was done."""
    began = time.monotonic()
    done: Counter[str] = Counter()
    for after_s, fault in schedule(seed, for_s):
        await asyncio.sleep(after_s)
        print(f"{time.monotonic() - began:6.1f} s  {fault}", flush=True)
        await fault.begin(ground)
        try:
            await asyncio.sleep(fault.lasts_s)
        finally:
            await fault.undo(ground)
        done[fault.kind] += 1
    return done


async def _ask_afresh(cast: Cast) -> Answers:
    """Every list, and every history by every member."""
    answers = Answers()

    async def read_all(person: Person) -> None:
        await ask_conversations(person, answers)
        for conversation_id in answers.conversations[person.user_id]:
            await ask_history(person, conversation_id, answers)

    await each("histories read", cast.members, read_all, len(cast.members))
    for watcher in cast.watchers:
        await ask_presence(watcher, answers)
    return answers


def _say_who_joined(history: History, answers: Answers) -> None:
    """Whoever was removed and added again sees the group from then on."""
    evidence = Evidence(history, answers)
    for user_id, conversations in answers.conversations.items():
        for key, conversation in conversations.items():
            if conversation["kind"] == "group":
                answers.say_joined(key, user_id, joined_after(evidence, key, user_id))
