"""Posts the log: each person's messages in their order, different people at once, a bounded number in flight."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from bench.replay.cast import Cast
from bench.replay.log import Line
from bench.replay.progress import Progress
from tests.kit.history import Body


class Posted:
    """A line of the log, under the id it is sent with, and the message it became."""

    def __init__(self, line: Line, client_message_id: str) -> None:
        self.line = line
        self.client_message_id = client_message_id
        self.message: Body = {}


async def play(
    lines: Sequence[Line], cast: Cast, speed: float | None, in_flight: int, halfway: Callable[[], None]
) -> list[Posted]:
    """Everything posted and acknowledged. `halfway` is called once, while messages are under way."""
    progress = Progress("messages", len(lines))
    free = asyncio.Semaphore(in_flight)
    last_of: dict[str, asyncio.Task[None]] = {}
    posted = [Posted(line, f"{cast.run}-{number}") for number, line in enumerate(lines)]

    async def post(each: Posted, before: asyncio.Task[None] | None) -> None:
        try:
            if before is not None:
                await before
            each.message = await cast.people[each.line.sender].send(
                to=addressee(each.line, cast), text=each.line.text, client_message_id=each.client_message_id
            )
            progress.step()
        finally:
            free.release()

    started = time.monotonic()
    async with asyncio.TaskGroup() as group:
        for number, (each, due_s) in enumerate(zip(posted, due(lines, speed), strict=True)):
            if number == len(lines) // 2:
                halfway()
            await asyncio.sleep(max(0.0, started + due_s - time.monotonic()))
            await free.acquire()
            sender = each.line.sender
            last_of[sender] = group.create_task(post(each, last_of.get(sender)))
    return posted


def addressee(line: Line, cast: Cast) -> dict[str, str]:
    """Someone else who is there, or else everyone."""
    if line.to is not None and line.to in cast.people and line.to != line.sender:
        return {"user_id": cast.people[line.to].user_id}
    return {"conversation_id": cast.group_id}


def due(lines: Sequence[Line], speed: float | None) -> Iterator[float]:
    """Seconds from the start for each line. The log knows minutes only: a minute's lines are spread over it evenly."""
    first = lines[0].minute
    for minute, together in groupby(lines, key=lambda line: line.minute):
        count = len(list(together))
        for place in range(count):
            yield 0.0 if speed is None else (minute - first + place / count) / speed
