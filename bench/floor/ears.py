"""A process of its own that listens for many people: `python -m bench.floor.ears host port`. The first line it is told has their
tokens, as JSON. It says `live` once all are; to each further line what was heard, as JSON; after `anew` that begins anew,
after `stop` they read no more, after `go on` they do, first to the end of what is there."""

from __future__ import annotations

import asyncio
import json
import sys

from bench.floor.wire import Ear
from bench.replay.loop import run

AT_ONCE = 25
LIVE_S = 20.0


async def listen(host: str, port: int) -> None:
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader(limit=2**22)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    tokens: list[str] = json.loads(await lines.readline())
    some, ears = asyncio.Semaphore(AT_ONCE), []

    async def one(token: str) -> None:
        async with some:
            _, ear = await loop.create_connection(lambda: Ear(token), host, port)
            async with asyncio.timeout(LIVE_S):
                await ear.is_live
            ears.append(ear)

    await asyncio.gather(*map(one, tokens))
    print("live", flush=True)
    while line := (await lines.readline()).strip():
        if line == b"stop":
            for ear in ears:
                ear.stop_reading()
        elif line == b"go on":
            await asyncio.gather(*(ear.go_on() for ear in ears))
        print(json.dumps(heard(ears)), flush=True)
        if line == b"anew":
            for ear in ears:
                ear.forget()


def heard(ears: list[Ear]) -> dict[str, object]:
    late = sorted(late for ear in ears for late in ear.late_s)
    return {
        "messages": sum(ear.messages for ear in ears),
        "unreads": sum(ear.unreads for ear in ears),
        "over": sum(ear.is_over for ear in ears),
        "late_ms": {share: _at(late, share) for share in (50, 99)},
    }


def _at(ordered: list[float], share: int) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)] * 1000 if ordered else 0.0


if __name__ == "__main__":
    run(listen(sys.argv[1], int(sys.argv[2])))
