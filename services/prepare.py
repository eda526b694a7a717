"""`python -m services prepare`: makes what the parts find (indexes, streams, durable consumers), gives the stream the limits of
the settings, and ends. Each part does the same when it starts, the limits aside: where it is done before, none waits for it.
It may run beside them, and again.

It takes the settings of all parts as they have them, those of Redis aside. What is not there yet is waited for,
`prepare_wait_s` in all."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from typing import Annotated, Any, Protocol, TypeVar

import uvloop
from msgspec import Meta
from nats.js.errors import APIError

from chassis import log
from chassis.bus import Bus
from chassis.settings import Settings, SettingsError, read
from chassis.tasks import Tasks
from services.auth.settings import AuthSettings
from services.auth.wiring import wire as auth
from services.messenger.settings import MessengerSettings
from services.messenger.wiring import Messenger
from services.notifier.settings import NotifierSettings
from services.notifier.wiring import Notifier
from services.presence.settings import PresenceSettings
from services.presence.wiring import Presence

NAME = "prepare"
NOT_NEEDED = {"PARLEY_REDIS_URL": "redis://"}
"""Nothing there is made once for all, so nobody connects: who prepares need not know where it is."""
AGAIN_S = 0.5
T = TypeVar("T")


class PrepareSettings(Settings, frozen=True, kw_only=True):
    """`prepare_wait_s`: so long it may take in all, waiting included; an index on many documents takes its time."""

    prepare_wait_s: Annotated[float, Meta(gt=0, le=86_400)] = 300.0


class Prepared(Protocol):
    """What the wiring of a part that has something to prepare gives."""

    async def prepare(self) -> None:
        """May be repeated."""
        ...

    async def close(self) -> None: ...


PARTS: Mapping[str, tuple[type[Settings], Callable[[Any, Bus, Tasks], Prepared]]] = {
    "auth": (AuthSettings, auth),
    "messenger": (MessengerSettings, Messenger),
    "presence": (PresenceSettings, Presence),
    "notifier": (NotifierSettings, Notifier),
}


class NotPrepared(Exception):
    """Says in a sentence what it waited for in vain."""


def main() -> None:
    """Ends with 1 where something was not there in time, with 2 for bad settings; in either case it may be run again."""
    try:
        own, of_parts = settings(os.environ)
    except SettingsError as error:
        sys.stderr.write(f"Settings: {error}.\n")
        raise SystemExit(2) from None
    log.configure(own.instance, own.log_level)
    try:
        uvloop.run(prepare(own, of_parts))
    except NotPrepared as fault:
        sys.stderr.write(f"{fault}\n")
        raise SystemExit(1) from None


def settings(environ: Mapping[str, str]) -> tuple[PrepareSettings, dict[str, Settings]]:
    """Its own, and those of the parts. Raises SettingsError, which names each fault once."""
    faults: dict[str, None] = {}
    found: list[Settings] = []
    wanted: list[type[Settings]] = [PrepareSettings, *(cls for cls, _ in PARTS.values())]
    for cls in wanted:
        try:
            found.append(read(cls, {**NOT_NEEDED, **environ}))
        except SettingsError as error:
            faults |= dict.fromkeys(str(error).split("; "))
    if faults:
        raise SettingsError("; ".join(faults))
    own, *others = found
    assert isinstance(own, PrepareSettings)
    return own, dict(zip(PARTS, others, strict=True))


async def prepare(own: PrepareSettings, of_parts: Mapping[str, Settings]) -> None:
    """Raises NotPrepared."""
    waiting = _Waiting(own.prepare_wait_s)
    async with AsyncExitStack() as left:
        bus = await waiting.until("NATS", lambda: Bus.connect(own, NAME))
        left.push_async_callback(bus.drain)
        await waiting.until("the stream", lambda: bus.keep_limits(own))
        tasks = Tasks()
        for part, (_, wire) in PARTS.items():
            wired = wire(of_parts[part], bus, tasks)
            left.push_async_callback(wired.close)
            await waiting.until(part, wired.prepare)
            log.get().info("prepare.done", part=part)


class _Waiting:
    """Tries again and again, until it works or the time is over."""

    def __init__(self, wait_s: float) -> None:
        self._wait_s = wait_s
        self._until = asyncio.get_running_loop().time() + wait_s

    async def until(self, what: str, work: Callable[[], Awaitable[T]]) -> T:
        last = "it does not answer"
        try:
            async with asyncio.timeout_at(self._until):
                while asyncio.get_running_loop().time() < self._until:  # PyMongo may lose a cancellation
                    try:
                        return await work()
                    except Exception as error:
                        if (said := _said(error)) != last:
                            log.get().warning("prepare.waiting", on=what, kind=said)
                        last = said
                    await asyncio.sleep(AGAIN_S)
        except TimeoutError:
            pass
        raise NotPrepared(f"Not prepared within {self._wait_s:g} s: {what} is waited for ({last}).")


def _said(error: Exception) -> str:
    """What JetStream says is about streams. What a driver of a store says may hold a document."""
    return f"{error.description}" if isinstance(error, APIError) else type(error).__name__
