"""The cluster that things are done to, with a proxy on every way between two processes, and every way to a gateway."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from bench.chaos.proxy import HOST, Proxy
from deploy.local.cluster import Cluster
from deploy.local.errors import CannotStart
from deploy.local.options import Options
from deploy.local.ports import FREE_RANGE, Ports
from tests.kit.waiting import eventually

GATEWAYS = REPLICAS = 2
MEMBERS = 3
STEP_DOWN_S = 15
WHOLE_WITHIN_S = 90.0
ASKED_S = 3.0


class Ground:
    """`links`: the ways by name, e.g. `messenger-1>nats`, `mongo>mongo-2` (everyone's way to that member) and
    `client>gateway-1`."""

    def __init__(self, cluster: Cluster, links: dict[str, Proxy]) -> None:
        self.cluster = cluster
        self.links = links

    @property
    def gateways(self) -> list[str]:
        """Where clients connect: through proxies."""
        return [f"http://{HOST}:{self.links[f'client>gateway-{n}'].port}" for n in range(1, GATEWAYS + 1)]

    def kill(self, name: str) -> None:
        self.cluster.kill(name)

    def pause(self, name: str) -> None:
        self.cluster.process(name).signal(signal.SIGSTOP)

    def go_on(self, name: str) -> None:
        self.cluster.process(name).signal(signal.SIGCONT)

    async def primary(self) -> str:
        """The name of the member that is the primary now; the first where nobody says."""
        return await asyncio.to_thread(self._primary)

    async def step_down(self) -> None:
        await asyncio.to_thread(self._step_down, await self.primary())

    async def until_whole(self) -> None:
        """Every part is ready and misses nothing."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ASKED_S)) as http:

            async def is_whole() -> bool:
                try:
                    return all([await _is_ready(http, port) for port in self._ops_ports()])
                except (aiohttp.ClientError, TimeoutError):
                    return False

            await eventually(is_whole, WHOLE_WITHIN_S, every_s=0.5, what="the cluster is whole")

    def _ops_ports(self) -> list[int]:
        programs = [keeper.process.program for keeper in self.cluster.keepers.values()]
        return [program.ops_port for program in programs if program.ops_port is not None]

    def _members(self) -> dict[int, str]:
        names = ["mongo", *(f"mongo-{number}" for number in range(2, MEMBERS + 1))]
        return {self.links[f"mongo>{name}"].port: name for name in names}

    def _primary(self) -> str:
        for port, name in self._members().items():
            try:
                with _member(port) as client:
                    if client.admin.command("hello").get("isWritablePrimary"):
                        return name
            except PyMongoError:
                continue
        return "mongo"

    def _step_down(self, name: str) -> None:
        port = next(port for port, each in self._members().items() if each == name)
        try:
            with _member(port) as client:
                client.admin.command("replSetStepDown", STEP_DOWN_S, secondaryCatchUpPeriodSecs=2)
        except PyMongoError:
            pass  # it was none any more, or its followers are behind: then it stays


@asynccontextmanager
async def prepared(folder: Path) -> AsyncIterator[Ground]:
    """Started and whole; stopped at the end. Nothing of it is outside `folder`."""
    links: dict[str, Proxy] = {}

    def through(who: str, server: str, port: int) -> int:
        name = f"{who}>{server}"
        if name not in links:
            links[name] = Proxy(port)
            starting.append(asyncio.ensure_future(links[name].start()))
        return links[name].port

    starting: list[asyncio.Future[None]] = []
    port, nats_port = _ports()
    options = Options(
        data_dir=folder,
        port=port,
        gateways=GATEWAYS,
        replicas=REPLICAS,
        nats_port=nats_port,
        mongo_members=MEMBERS,
    )
    for number, port in enumerate(options.gateway_ports, start=1):
        through("client", f"gateway-{number}", port)
    try:
        async with Cluster(options, say=lambda line: None, through=through) as cluster:
            await asyncio.gather(*starting)
            yield Ground(cluster, links)
    finally:
        await asyncio.gather(*(link.stop() for link in links.values()))


def _ports() -> tuple[int, int]:
    """The first gateway's, whose neighbours are free, too; and that of NATS, which others might take while it is dead."""
    for first in random.sample(FREE_RANGE, k=100):
        ports = Ports()
        with suppress(CannotStart):
            for port in range(first, first + GATEWAYS):
                ports.exactly(port, "PORT")
            return first, ports.free()
    raise CannotStart("No two free ports are neighbours.")


async def _is_ready(http: aiohttp.ClientSession, ops_port: int) -> bool:
    async with http.get(f"http://{HOST}:{ops_port}/readyz") as response:
        report: dict[str, Any] = await response.json()
        return bool(report["status"] == "ready" and not report["away"])


def _member(port: int) -> MongoClient[dict[str, Any]]:
    return MongoClient(HOST, port, directConnection=True, timeoutMS=2_000, serverSelectionTimeoutMS=2_000)
