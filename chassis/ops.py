"""The one port a service opens: /healthz (this loop runs, and can be cured by waiting), /readyz (was connected, is not
draining; names what is away), /metrics (Prometheus)."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NoReturn

import orjson
from aiohttp import web
from prometheus_client import generate_latest

from chassis.clock import monotonic

Probe = Callable[[], Awaitable[bool]]
LOST = "lost"
PROBE_S = 1.0
KNOWN_FOR_S = 1.0
LOOK_S = 5.0
"""So often, for who asks over NATS, where nothing is waited for."""
ANSWER_S = 0.5
"""Whoever probes waits a second for an answer, as Kubernetes does unless told: a store that hangs must not make it late, or a
process that is `degraded` would count as not ready."""


class Readiness:
    """`probes` by the name of the part; `is_up` is set once everything was there, `is_draining` when leaving. `is_lost`: what
    the process is connected to it has lost for good, and only another start helps."""

    def __init__(self, probes: Mapping[str, Probe], is_lost: Callable[[], bool] = lambda: False) -> None:
        self._probes = probes
        self.is_lost = is_lost
        self.is_up = False
        self.is_draining = False
        self._looking: asyncio.Future[list[str]] | None = None
        self._away: list[str] = []
        self._known_at = -KNOWN_FOR_S

    async def away(self) -> list[str]:
        """Looked after at most once a second, however many want to know; what was known where that takes longer."""
        if self._looking is None and monotonic() - self._known_at >= KNOWN_FOR_S:
            self._looking = asyncio.ensure_future(self._ask())
            self._looking.add_done_callback(self._note)
        if self._looking is not None:
            await asyncio.wait([self._looking], timeout=ANSWER_S)
        return self._away

    def _note(self, looked: asyncio.Future[list[str]]) -> None:
        self._looking, self._known_at = None, monotonic()
        if not looked.cancelled():
            self._away = looked.result()

    @property
    def known_away(self) -> list[str]:
        return self._away

    async def look_always(self) -> NoReturn:
        while True:
            await self.away()
            await asyncio.sleep(LOOK_S)

    async def _ask(self) -> list[str]:
        probes = dict(self._probes)  # more may come while these are asked
        answers = await asyncio.gather(*map(_holds, probes.values()))
        return [part for part, is_there in zip(probes, answers, strict=True) if not is_there]

    async def report(self, _: web.Request) -> web.Response:
        away = await self.away()
        if self.is_lost():
            status, word = 503, LOST
        elif self.is_draining or not self.is_up:
            status, word = 503, "draining" if self.is_draining else "starting"
        else:
            status, word = 200, "degraded" if away else "ready"
        return _answer(status, {"status": word, "away": away})

    async def healthy(self, _: web.Request) -> web.Response:
        return _answer(503, {"status": LOST}) if self.is_lost() else _answer(200, {"status": "ok"})


async def _holds(probe: Probe) -> bool:
    try:
        async with asyncio.timeout(PROBE_S):
            return await probe()
    except Exception:
        return False


def _answer(status: int, body: Mapping[str, Any]) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")


async def _metrics(_: web.Request) -> web.Response:
    return web.Response(body=generate_latest(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})


async def serve(host: str, port: int, readiness: Readiness) -> web.AppRunner:
    app = web.Application()
    app.router.add_get("/healthz", readiness.healthy)
    app.router.add_get("/readyz", readiness.report)
    app.router.add_get("/metrics", _metrics)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    return runner
