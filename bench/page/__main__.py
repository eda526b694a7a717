"""How quick the page is: `python -m bench.page [people [conversations [seconds]]]`, with a cluster and people of its own, in
Chromium. First conversations are opened, each anew and once more; then somebody types while 50 messages a second arrive; then
the list of everybody is scrolled. Ends with 1 where opening one takes longer than it may."""

from __future__ import annotations

import asyncio
import sys

from bench.floor.floor import floor
from bench.page.figures import Figures, show
from bench.page.house import furnish
from bench.page.reader import reading

LIMIT_MS = 100.0
OPENED = 40
PER_S = 50


async def main(people: int, conversations: int, seconds: int) -> int:
    async with floor(0) as made:
        house = await furnish(made, people, conversations)
        print(f"{people} people, {conversations} conversations, one browser on the machine of the cluster", flush=True)
        async with reading(made.gateways[0], house.reader, people) as reader:
            show("milliseconds", heads=True)
            slowest = 0.0
            for what in ("opened for the first time", "opened once more"):
                took, busy = await reader.open(min(OPENED, conversations), again=what.endswith("more"))
                show(f"{what}: until painted", Figures(took))
                show(f"{what}: main thread", Figures(busy))
                slowest = max(slowest, *took)
            talking = asyncio.create_task(house.talk(seconds, PER_S))
            typed = await reader.type(house.busy, seconds)
            await talking
            show("a key until it is painted", Figures(typed.keys))
            show("tasks above 50 ms meanwhile", Figures(typed.long))
            print(f"  {typed.heard / seconds:.0f} messages a second arrived", flush=True)
            frames = await reader.scroll()
            show("frames while scrolling", Figures(frames))
            print(f"  {sum(frame > 50 for frame in frames)} of {len(frames)} frames above 50 ms", flush=True)
    print(f"the slowest opening: {slowest:.1f} ms, the limit: {LIMIT_MS:.0f} ms")
    return int(slowest > LIMIT_MS)


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:]]
    sys.exit(asyncio.run(main(*(numbers + [5_000, 200, 25][len(numbers) :]))))
