"""What can go wrong: each fault is begun, lasts, and is undone; and the promise that it puts to the test."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from bench.chaos.ground import GATEWAYS, MEMBERS, REPLICAS, Ground

Do = Callable[[Ground], Awaitable[None]]

REPLICATED = ("auth", "messenger", "presence", "notifier")
PROCESSES = (
    *(f"{part}-{number}" for part in REPLICATED for number in range(1, REPLICAS + 1)),
    *(f"gateway-{number}" for number in range(1, GATEWAYS + 1)),
)
SERVERS = ("nats", "redis")
ELECTION_S = 14.0
"""Longer than MongoDB waits before it elects another primary (10 s)."""


@dataclass(frozen=True)
class Fault:
    """`kind` is its row in docs/reliability.md, `target` what it is done to. Begun, it is undone after `lasts_s`."""

    kind: str
    target: str
    lasts_s: float
    begin: Do
    undo: Do

    def __str__(self) -> str:
        return f"{self.kind}: {self.target}" + (f" for {self.lasts_s:.1f} s" if self.lasts_s else "")


async def _nothing(_: Ground) -> None:
    """A process that was killed is started again by the cluster."""


def kill(chance: random.Random) -> Fault:
    target = chance.choice(PROCESSES)

    async def begin(ground: Ground) -> None:
        ground.kill(target)

    return Fault("kill a process", target, 0.0, begin, _nothing)


def kill_server(chance: random.Random) -> Fault:
    target = chance.choice(SERVERS)

    async def begin(ground: Ground) -> None:
        ground.kill(target)

    return Fault("kill a server", target, 0.0, begin, _nothing)


def kill_primary(_: random.Random) -> Fault:
    async def begin(ground: Ground) -> None:
        ground.kill(await ground.primary())

    return Fault("kill the primary", "mongo", 0.0, begin, _nothing)


def step_down(_: random.Random) -> Fault:
    async def begin(ground: Ground) -> None:
        await ground.step_down()

    return Fault("the primary steps down", "mongo", 0.0, begin, _nothing)


def pause(chance: random.Random) -> Fault:
    return _paused("pause a process", chance.choice(PROCESSES), chance.uniform(0.5, 8.0))


def pause_server(chance: random.Random) -> Fault:
    return _paused("pause a server", chance.choice(SERVERS), chance.uniform(0.5, 8.0))


def pause_primary(chance: random.Random) -> Fault:
    """Long enough for another primary; the old one wakes up and believes it still is one."""
    paused: list[str] = []

    async def begin(ground: Ground) -> None:
        paused.append(await ground.primary())
        ground.pause(paused[-1])

    async def undo(ground: Ground) -> None:
        ground.go_on(paused.pop())

    return Fault("pause the primary", "mongo", chance.choice((2.0, ELECTION_S)), begin, undo)


def restart(chance: random.Random) -> Fault:
    target = chance.choice(PROCESSES)

    async def begin(ground: Ground) -> None:
        await ground.cluster.restart(target)

    return Fault("restart a process", target, 0.0, begin, _nothing)


def cut(chance: random.Random) -> Fault:
    target = _link(chance)

    async def begin(ground: Ground) -> None:
        ground.links[target].cut()

    return Fault("cut a connection", target, chance.uniform(0.1, 6.0), begin, _restore(target))


def stall(chance: random.Random) -> Fault:
    target = _link(chance)

    async def begin(ground: Ground) -> None:
        ground.links[target].stall()

    return Fault("stall a connection", target, chance.uniform(0.5, 8.0), begin, _restore(target))


KINDS: tuple[tuple[int, Callable[[random.Random], Fault]], ...] = (
    (5, kill),
    (1, kill_server),
    (1, kill_primary),
    (1, step_down),
    (4, pause),
    (1, pause_server),
    (1, pause_primary),
    (3, restart),
    (4, cut),
    (3, stall),
)
"""With how often each comes."""


def schedule(seed: int, for_s: float) -> Iterator[tuple[float, Fault]]:
    """How long after the one before has been undone each begins. The same seed gives the same, as far as it goes."""
    chance = random.Random(seed)
    weights, kinds = zip(*KINDS, strict=True)
    left_s = for_s
    while True:
        (make,) = chance.choices(kinds, weights)
        after_s, fault = chance.uniform(0.2, 4.0), make(chance)
        left_s -= after_s + fault.lasts_s
        if left_s < 0:
            return
        yield after_s, fault


def _paused(kind: str, target: str, lasts_s: float) -> Fault:
    async def begin(ground: Ground) -> None:
        ground.pause(target)

    async def undo(ground: Ground) -> None:
        ground.go_on(target)

    return Fault(kind, target, lasts_s, begin, undo)


def _restore(target: str) -> Do:
    async def undo(ground: Ground) -> None:
        ground.links[target].restore()

    return undo


def _link(chance: random.Random) -> str:
    members = ("mongo", *(f"mongo-{number}" for number in range(2, MEMBERS + 1)))
    return chance.choice(
        (
            *(f"{process}>nats" for process in PROCESSES),
            *(f"presence-{number}>redis" for number in range(1, REPLICAS + 1)),
            *(f"auth-{number}>redis" for number in range(1, REPLICAS + 1)),
            *(f"mongo>{member}" for member in members),
            *(f"client>gateway-{number}" for number in range(1, GATEWAYS + 1) for _ in range(4)),
        )
    )
