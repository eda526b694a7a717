"""The life of a process: settings, ops port, connections, work until SIGTERM, a clean drain, exit 0; 2 where it cannot start."""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol, TypeVar

import uvloop

from chassis import log, ops
from chassis.bus import Bus
from chassis.settings import Settings, from_environment
from chassis.tasks import Tasks, cancel

S = TypeVar("S", bound=Settings)


class CannotStart(Exception):
    """Of `Part.start`: waiting is no help, somebody must change something first. The text is one sentence that says what:
    it is the last thing on stderr, and the process ends with 2, as for a bad setting."""


class Part(Protocol):
    """What a service's wiring gives back: how to ask after its stores, and its part of starting and stopping."""

    probes: Mapping[str, ops.Probe]

    async def start(self) -> None:
        """Returns when the part can do its work. Called again after a failure, half a second later, but for CannotStart."""
        ...

    async def leave(self) -> None:
        """Before the bus drains: let go of clients, stop readers. Bounded in time by the part itself."""
        ...

    async def close(self) -> None:
        """After the bus has drained."""
        ...


Wire = Callable[[S, Bus, Tasks], Part]
START_AGAIN_S = 0.5
TASKS_S = 2.0
CLOSE_S = 3.0


def run(name: str, settings_class: type[S], wire: Callable[[S, Bus, Tasks], Part]) -> None:
    """The three lines of every `__main__`."""
    settings = from_environment(settings_class)
    log.configure(settings.instance, settings.log_level)
    uvloop.run(_live(name, settings, wire))


async def _live(name: str, settings: S, wire: Callable[[S, Bus, Tasks], Part]) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    tasks = Tasks()
    bus: Bus | None = None
    fault: CannotStart | None = None
    probes: dict[str, ops.Probe] = {"nats": lambda: _is(bus is not None and bus.is_connected)}
    readiness = ops.Readiness(probes, lambda: bus is not None and bus.is_lost)
    server = await ops.serve(settings.ops_host, settings.ops_port, readiness)
    bus = await _persist(lambda: Bus.connect(settings, name), ended, "nats")
    if bus is not None:
        tasks.lasting("stream.watch", bus.watch_stream())
        tasks.lasting("readiness.look", readiness.look_always())
        bus.state["away"] = lambda: readiness.known_away
        part = wire(settings, bus, tasks)
        probes.update(part.probes)
        try:
            await _persist(part.start, ended, name)
        except CannotStart as error:
            fault = error
            ended.set()
        if not ended.is_set():
            readiness.is_up = True
            log.get().info("part.ready", part=name)
        await _first(ended, tasks.crashed)
        readiness.is_draining = True
        log.get().info("part.draining", part=name)
        await stop(name, part, bus, tasks)
    await server.cleanup()
    log.get().info("part.ended", part=name)
    if fault is not None:
        sys.stderr.write(f"{fault}\n")
        raise SystemExit(2)
    if tasks.crashed.is_set():
        raise SystemExit(1)


async def stop(name: str, part: Part, bus: Bus, tasks: Tasks) -> None:
    """The clean drain, in its order. Each step is bounded in time, and what does not end is named in the log."""
    await part.leave()
    await bus.stop_answering()
    await tasks.drain(TASKS_S)  # what was remembered is told while there is a connection to tell it on
    await bus.drain()
    try:
        async with asyncio.timeout(CLOSE_S):
            await part.close()
    except TimeoutError:
        log.get().error("part.not_closed", part=name)


T = TypeVar("T")


async def _persist(work: Callable[[], Awaitable[T]], ended: asyncio.Event, what: str) -> T | None:
    """Again and again until it works or the process is told to end: what it needs may come later."""
    end = asyncio.create_task(ended.wait())
    try:
        return await _until(end, work, what)
    finally:
        end.cancel()


async def _until(end: asyncio.Task[bool], work: Callable[[], Awaitable[T]], what: str) -> T | None:
    while not end.done():
        try:
            working = asyncio.ensure_future(work())
            await asyncio.wait([working, end], return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                return working.result()
            await cancel([working])
        except CannotStart:
            raise
        except Exception as error:
            log.get().warning("start.waiting", on=what, kind=type(error).__name__, exc_info=True)
            await asyncio.wait([end], timeout=START_AGAIN_S)
    return None


async def _first(*events: asyncio.Event) -> None:
    waits = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()


async def _is(fact: bool) -> bool:
    return fact
