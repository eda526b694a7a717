"""Of each part one replica is killed in turn, and the other does all that the two did."""

import random
import time

from tests.chaos.circle import Circle
from tests.chaos.harm import held_down
from tests.chaos.watching import told_offline, until_seen
from tests.kit.history import History
from tests.stories.conftest import Enter, Running

SOON_S = 10.0
"""What was asked of the dead one is asked again; who left without a word has the grace of a reload."""


async def test_people_still_log_in(cluster: Running, circle: Circle, enter: Enter, chance: random.Random) -> None:
    with held_down(cluster, f"auth-{chance.randint(1, 2)}"):
        for person in circle.people:
            asked_at = time.monotonic()
            again = await enter(person.login)
            assert time.monotonic() - asked_at < SOON_S
            await again.send(to={"conversation_id": circle.group_id}, text="from my other device")


async def test_people_are_still_seen_to_come_and_go(
    cluster: Running, circle: Circle, history: History, chance: random.Random
) -> None:
    killed_at = time.monotonic()
    others = [circle.marco, circle.sofia]
    with held_down(cluster, f"presence-{chance.randint(1, 2)}"):
        await circle.elena.leave()
        await until_seen(others, [circle.elena], "offline", SOON_S)
        await circle.elena.connect()
        await until_seen(others, [circle.elena], "online", SOON_S)
    assert told_offline(history, others, killed_at) == []


async def test_people_are_still_told_of_a_new_group(cluster: Running, circle: Circle, chance: random.Random) -> None:
    marco, elena, sofia = circle.people
    known = len(elena.pushes("notice"))
    with held_down(cluster, f"notifier-{chance.randint(1, 2)}"):
        members = [marco.user_id, elena.user_id]
        made = await sofia.ask("group.create", name="Night shift", member_ids=members, writing_enabled=True)
        await elena.eventually(lambda: len(elena.pushes("notice")) > known, 30.0, "Elena is told")
    await marco.send(to={"conversation_id": made["conversation"]["conversation_id"]}, text="who is on?")
