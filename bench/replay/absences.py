"""A few of the watched leave halfway, and return once all who watch them were told: so presence has something to say."""

from __future__ import annotations

import asyncio
import random

from bench.replay.cast import Cast
from tests.kit.person import Person
from tests.kit.violation import Violation
from tests.kit.waiting import NeverHappened

RULE = "absences"

ABSENT = 5

# A clean good-bye is seen at once. One that a killed gateway never heard is seen when the lease has run out, after 15 s.
TOLD_WITHIN_S = 20.0
RETURNED_WITHIN_S = 60.0


async def leave_and_return(cast: Cast, chance: random.Random) -> list[Violation]:
    """Who was not told in time that someone left. What they say while away waits until they are back."""
    absent = _chosen(cast, chance)
    present = [watcher for watcher in cast.watchers if watcher not in absent]
    found = await asyncio.gather(*(_be_away(person, present) for person in absent))
    print(f"{len(absent)} people left and returned", flush=True)
    return [violation for each in found for violation in each]


def _chosen(cast: Cast, chance: random.Random) -> list[Person]:
    """Those who watch stay, to be told, unless all do; then half of them at least stay."""
    user_ids = {user_id for watcher in cast.watchers for user_id in watcher.watched}
    watched = [person for person in cast.people.values() if person.user_id in user_ids]
    candidates = [person for person in watched if person not in cast.watchers] or watched[: len(watched) // 2]
    return chance.sample(candidates, min(ABSENT, len(candidates)))


async def _be_away(person: Person, watchers: list[Person]) -> list[Violation]:
    mine = [(watcher, len(watcher.pushes("presence"))) for watcher in watchers if person.user_id in watcher.watched]
    await person.leave()
    found = await asyncio.gather(*(_until_told(watcher, already, person) for watcher, already in mine))
    await person.connect(RETURNED_WITHIN_S)
    return [violation for violation in found if violation is not None]


async def _until_told(watcher: Person, already: int, absent: Person) -> Violation | None:
    def is_told() -> bool:
        news = watcher.pushes("presence")[already:]
        return any(
            (one["user_id"], one["status"]) == (absent.user_id, "offline") for push in news for one in push["people"]
        )

    try:
        await watcher.eventually(is_told, TOLD_WITHIN_S)
    except NeverHappened:
        return Violation(RULE, watcher.client, f"was not told within {TOLD_WITHIN_S:g} s that {absent.login} left")
    return None
