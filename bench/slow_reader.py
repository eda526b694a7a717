"""What one reader that has stopped costs a gateway and everyone else: `python -m bench.slow_reader [messages [others]]`, with a
cluster of its own. The same messages pass to the same group several times in one run, in turn without such a reader and with
one; before, the gateway has filled its memory of the stream. Prints how much the gateway grew, and how late the others heard."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

from bench.floor.floor import Ears, Floor, floor
from bench.replay.loop import run

PER_S = 250
PADDING = 300
MEMORY = 3_000
GROWN_MB_MAX, LATER_MS_MAX = 2.0, 200.0


@dataclass(frozen=True)
class Passed:
    grown_mb: float
    p50: float
    p99: float
    slow_let_go: int


async def main(messages: int, others: int) -> int:
    async with floor(others + 1, PARLEY_MEMORY_EVENTS_MAX=str(MEMORY)) as made:
        ears = await made.listen(made.tokens[1:])
        await passing(made, ears, max(messages, 2 * MEMORY), others, is_slow=False)
        print(f"{messages} messages to {others} people; the gateway has {made.rss_mb():.1f} MB", flush=True)
        print("                grown MB  p50 ms  p99 ms  let go  load")
        found: dict[bool, list[Passed]] = {False: [], True: []}
        for is_slow in (False, True, False, True):
            passed = await passing(made, ears, messages, others, is_slow=is_slow)
            found[is_slow].append(passed)
            print(
                f"{'one has stopped' if is_slow else 'all read':15} {passed.grown_mb:8.2f}  {passed.p50:6.1f}  {passed.p99:6.1f}"
                f"  {passed.slow_let_go:6}  {os.getloadavg()[0]:4.1f}",
                flush=True,
            )
        await ears.leave()
    grown, later = mean_grown(found[True]) - mean_grown(found[False]), least(found[True]) - least(found[False])
    print(f"by the one: {grown:+.2f} MB (limit {GROWN_MB_MAX:.0f}), p99 {later:+.1f} ms (limit {LATER_MS_MAX:.0f})")
    return grown > GROWN_MB_MAX or later > LATER_MS_MAX


async def passing(made: Floor, ears: Ears, messages: int, others: int, *, is_slow: bool) -> Passed:
    slow = await made.listen(made.tokens[:1]) if is_slow else None
    if slow is not None:
        await slow.told("stop")
    await ears.told("anew")
    before = made.rss_mb()
    await made.talk(messages, PER_S, PADDING)
    await ears.until(messages * others)
    heard, grown = await ears.told("heard"), made.rss_mb() - before
    if heard.messages != messages * others or heard.over:
        sys.exit(f"heard {heard.messages} of {messages * others}, {heard.over} were let go")
    let_go = 0
    if slow is not None:
        let_go = (await slow.told("go on")).over
        await slow.leave()
    return Passed(grown, heard.p50, heard.p99, let_go)


def mean_grown(some: list[Passed]) -> float:
    """Ids of what has passed are kept for long: a gateway grows by that, too, whoever reads."""
    return sum(one.grown_mb for one in some) / len(some)


def least(some: list[Passed]) -> float:
    """The p99 of the round that was disturbed least."""
    return min(one.p99 for one in some)


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:]]
    sys.exit(run(main(*(numbers + [10_000, 20][len(numbers) :]))))
