"""What it costs to tell many: `python -m bench.fan_out [people [rounds]]`, with a cluster of its own. All listen at one gateway,
whose CPU is counted by Linux; messages are sent through another. In each round people talk at several paces; a delivery is one
message or one unread count at one person. `net` leaves out what the gateway spends on as many who are told nothing."""

from __future__ import annotations

import asyncio
import os
import sys
from time import monotonic

from bench.floor.floor import Ears, Floor, floor
from bench.replay.loop import run

PACES = ((5, 50), (20, 160), (100, 500), (1_000, 500))
"""Messages a second, and how many."""
IDLE_S = 8.0
SETTLE_S = 1.5


async def main(people: int, rounds: int) -> None:
    async with floor(people) as made:
        ears = await made.listen(made.tokens)
        await asyncio.sleep(SETTLE_S)
        print(f"{people} people in one group at one gateway", flush=True)
        print("round  msgs/s  messages  unreads  µs each   net  p50 ms  p99 ms  cpu s  load")
        for number in range(1, rounds + 1):
            idle = await _idle(made)
            for per_s, messages in PACES:
                await _measure(made, ears, f"{number:5}", per_s, messages, people, idle)
        await ears.leave()


async def _idle(made: Floor) -> float:
    """What is spent in a second on people who are told nothing."""
    before = made.cpu_s()
    await asyncio.sleep(IDLE_S)
    return (made.cpu_s() - before) / IDLE_S


async def _measure(made: Floor, ears: Ears, what: str, per_s: float, messages: int, people: int, idle: float) -> None:
    await ears.told("anew")
    before = made.cpu_s()
    began = monotonic()
    took_s = await made.talk(messages, per_s)
    await ears.until(messages * people)
    await asyncio.sleep(SETTLE_S)
    heard = await ears.told("heard")
    cpu = made.cpu_s() - before
    if heard.messages != messages * people or heard.over:
        sys.exit(f"heard {heard.messages} of {messages * people}, {heard.over} were let go")
    deliveries = heard.messages + heard.unreads
    each, net = cpu / deliveries * 1e6, (cpu - idle * (monotonic() - began)) / deliveries * 1e6
    print(
        f"{what}  {messages / took_s:6.0f}  {heard.messages:8}  {heard.unreads:7}  {each:7.1f}  {net:4.1f}"
        f"  {heard.p50:6.1f}  {heard.p99:6.1f}  {cpu:5.2f}  {os.getloadavg()[0]:4.1f}",
        flush=True,
    )


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:]]
    run(main(*(numbers + [500, 2][len(numbers) :])))
