"""A few threads that many want, in turn: whoever wants much of them keeps nobody else waiting for more than one turn."""

import asyncio
import contextlib
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

T = TypeVar("T")
NICENESS = 10
"""Of the threads: a tenth of a processor others want, all of an idle one."""


class Crowded(Exception):
    """It was not done: as many wait already as may, or somebody who waits with less took its place."""


@dataclass(frozen=True, eq=False)
class _Turn(Generic[T]):
    work: Callable[[], T]
    done: "asyncio.Future[T]"


class Turns:
    """`workers` threads at low priority. Of one event loop."""

    def __init__(self, workers: int, name: str) -> None:
        self._workers = self._free = workers
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix=name, initializer=_step_back)
        self._waiting: dict[str, deque[_Turn[Any]]] = {}
        """By whose turns they are. The first of them is next, and then goes to the end."""
        self._running: dict[str, int] = {}
        """By whose, how many are under way."""

    @property
    def taken(self) -> int:
        """Turns that wait, and those under way."""
        return self._workers - self._free + sum(len(turns) for turns in self._waiting.values())

    async def take(self, works: Sequence[Callable[[], T]], whose: str, taken_max: int) -> list[T]:
        """What `works` return, a turn each; the first that raises ends it. Raises Crowded once `taken_max` are taken, unless
        somebody waits with more than `whose` does: the last of theirs is given up then. Whoever has none waits for one in any
        case, as long as no more wait than there are threads. What is nobody's in particular ("") is never preferred. Ended
        early, whatever of it has not begun is not done."""
        if self.taken >= taken_max:
            self._make_room(whose)
        loop = asyncio.get_running_loop()
        turns: list[_Turn[T]] = [_Turn(work, loop.create_future()) for work in works]
        self._waiting.setdefault(whose, deque()).extend(turns)
        self._begin()
        try:
            return await asyncio.gather(*(turn.done for turn in turns))
        finally:
            for turn in turns:
                turn.done.cancel()
                if turn in self._waiting.get(whose, ()):
                    self._give_up(whose, turn)

    def close(self) -> None:
        """Whoever still waits is cancelled."""
        waiting = [turn for turns in self._waiting.values() for turn in turns]
        self._waiting.clear()
        for turn in waiting:
            turn.done.cancel()
        self._threads.shutdown(wait=False)

    def _make_room(self, whose: str) -> None:
        waiting = sum(len(turns) for turns in self._waiting.values())
        if whose and whose not in self._waiting and whose not in self._running and waiting < self._workers:
            return
        longest = max(self._waiting, key=lambda each: len(self._waiting[each]), default="")
        has = len(self._waiting.get(longest, ()))
        if not whose or has <= len(self._waiting.get(whose, ())) + 1:
            raise Crowded
        last = self._waiting[longest][-1]
        self._give_up(longest, last)
        last.done.set_exception(Crowded())

    def _give_up(self, whose: str, turn: _Turn[Any]) -> None:
        self._waiting[whose].remove(turn)
        if not self._waiting[whose]:
            del self._waiting[whose]

    def _begin(self) -> None:
        while self._free and self._waiting:
            whose = next(iter(self._waiting))
            turns = self._waiting.pop(whose)
            turn = turns.popleft()
            if turns:
                self._waiting[whose] = turns
            self._free -= 1
            self._running[whose] = self._running.get(whose, 0) + 1
            under_way = asyncio.get_running_loop().run_in_executor(self._threads, turn.work)
            under_way.add_done_callback(partial(self._end, whose, turn))

    def _end(self, whose: str, turn: _Turn[Any], ended: "asyncio.Future[Any]") -> None:
        self._free += 1
        self._running[whose] -= 1
        if not self._running[whose]:
            del self._running[whose]
        error = ended.exception()
        if not turn.done.done():
            turn.done.set_result(ended.result()) if error is None else turn.done.set_exception(error)
        self._begin()


def _step_back() -> None:
    """A turn takes what the others leave: only Linux gives a thread a priority of its own."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
