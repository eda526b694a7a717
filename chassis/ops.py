"""The one port a service opens: /healthz (this loop runs), /readyz (was connected, is not draining; names what is
away), /metrics (Prometheus)."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import NoReturn

import orjson
from aiohttp import web
from prometheus_client import generate_latest

from chassis.clock import monotonic

Probe = Callable[[], Awaitable[bool]]
PROBE_S = 1.0
KNOWN_FOR_S = 1.0
LOOK_S = 5.0
"""So often, for who asks over NATS, where nothing is waited for."""


class Readiness:
    """`probes` by the name of the part; `is_up` is set once everything was there, `is_draining` when leaving."""

    def __init__(self, probes: Mapping[str, Probe]) -> None:
        self._probes = probes
        self.is_up = False
        self.is_draining = False
        self._asking = asyncio.Lock()
        self._away: list[str] = []
        self._known_at = -KNOWN_FOR_S

    async def away(self) -> list[str]:
        """Asked at most once a second, however many want to know."""
        async with self._asking:
            if monotonic() - self._known_at >= KNOWN_FOR_S:
                self._away = await self._ask()
                self._known_at = monotonic()
            return self._away

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
        if self.is_draining or not self.is_up:
            status, word = 503, "draining" if self.is_draining else "starting"
        else:
            status, word = 200, "degraded" if away else "ready"
        return web.Response(
            status=status, body=orjson.dumps({"status": word, "away": away}), content_type="application/json"
        )


async def _holds(probe: Probe) -> bool:
    try:
        async with asyncio.timeout(PROBE_S):
            return await probe()
    except Exception:
        return False


async def healthy(_: web.Request) -> web.Response:
    return web.Response(body=b'{"status":"ok"}', content_type="application/json")


async def _metrics(_: web.Request) -> web.Response:
    return web.Response(body=generate_latest(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})


async def serve(host: str, port: int, readiness: Readiness) -> web.AppRunner:
    app = web.Application()
    app.router.add_get("/healthz", healthy)
    app.router.add_get("/readyz", readiness.report)
    app.router.add_get("/metrics", _metrics)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    return runner
