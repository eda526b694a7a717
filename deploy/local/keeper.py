"""Keeps one process running: what dies is started again."""

import asyncio
import time
from collections.abc import Callable

from deploy.local.errors import CannotStart
from deploy.local.process import Process, described

AGAIN_AFTER_S = 1.0
AGAIN_AFTER_S_MAX = 10.0
REFUSES = 2
"""The status with which a program says that the person must change something first."""
STEADY_S = 10.0
"""One that lived this long is no crash loop: it is started again after a second."""


class Keeper:
    """Watches `process` from `start` to `stop`, and starts it again a second after it died.

    The wait doubles, up to 10 s, while it keeps dying within 10 s of its start. One that ends with status 2 before it was
    ever usable is not started again: that would be no help. `say` hears of every other end, with name and exit status;
    `changed` is called after every start.
    """

    def __init__(self, process: Process, say: Callable[[str], None], changed: Callable[[], None]) -> None:
        self.process = process
        self._say = say
        self._changed = changed
        self._watch: asyncio.Task[None] | None = None
        self._was_usable = False

    def start(self) -> None:
        """Spawns it and begins to watch."""
        self._was_usable = False
        self.process.spawn()
        self._changed()
        self._watch = asyncio.create_task(self._keep(), name=f"keep {self.process.name}")

    async def until_usable(self, timeout_s: float) -> None:
        """Waits through deaths and new starts; raises TimeoutError, or CannotStart where those are no help."""
        async with asyncio.timeout(timeout_s):
            while True:
                try:
                    await self.process.until_usable(timeout_s)
                    self._was_usable = True
                    return
                except ProcessLookupError as ended:
                    if self.process.status == REFUSES:
                        reason = self.process.last_words() or str(ended)
                        raise CannotStart(f"{self.process.name} cannot start: {reason}") from ended
                    await asyncio.sleep(0.1)

    async def stop(self, grace_s: float) -> None:
        """Ends the watch, then the process; it stays ended until the next `start`."""
        if self._watch:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
            self._watch = None
        await self.process.stop(grace_s)

    async def _keep(self) -> None:
        wait_s = AGAIN_AFTER_S
        while True:
            status = await self.process.until_ended()
            if status == REFUSES and not self._was_usable:
                return
            steady = time.monotonic() - self.process.started_at >= STEADY_S
            wait_s = AGAIN_AFTER_S if steady else wait_s
            self._say(f"{self.process.name} ended with {described(status)}: started again in {wait_s:g} s")
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, AGAIN_AFTER_S_MAX)
            try:
                self.process.spawn()
                self._changed()
            except OSError as error:  # a full disk, perhaps: it goes on being tried
                self._say(f"{self.process.name} is not started again: {error.strerror}")
            else:
                self._say(f"{self.process.name} started again, process {self.process.pid}")
