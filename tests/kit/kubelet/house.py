"""All of Parley as the rendered manifests have it, on one machine: its servers, its Deployments, and the edge in front."""

from __future__ import annotations

import asyncio
import secrets
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import aiohttp

from contracts.doors import KEYS
from deploy.local.demo import seed
from deploy.local.ports import Ports
from deploy.local.servers import Server, mongo, nats, redis
from tests.kit.kubelet.edge import Edge
from tests.kit.kubelet.manifest import Deployment
from tests.kit.kubelet.pod import End, Node, Pod
from tests.kit.kubelet.rolling import Rolling
from tests.kit.servers import thrown_away
from tests.kit.session import open_http
from tests.kit.waiting import eventually

LAG_S = 2.0
"""Until the edge of a cluster knows that a pod is going: mostly below a second, with many Services a few."""
OPEN_WITHIN_S = 20.0
WAVES = (("auth", "messenger", "presence", "notifier"), ("gateway",))
"""In the order of starting; all of one at once."""


class House:
    """`roll(name)` replaces every pod of a Deployment and gives how each one ended."""

    def __init__(self, rollings: Mapping[str, Rolling], edge: Edge, hub: Server) -> None:
        self.edge = edge
        self.hub = hub
        self._rollings = rollings

    async def roll(self, name: str) -> list[End]:
        rolling = self._rollings[name]
        before = len(rolling.ends)
        await rolling.roll()
        return rolling.ends[before:]

    def restarts(self) -> list[str]:
        """Of containers that nobody had told to go."""
        pods = [pod for rolling in self._rollings.values() for pod in rolling.pods]
        return [f"{pod.name}: {why}" for pod in pods for why in pod.restarts]


@asynccontextmanager
async def built(
    folder: Path, deployments: Mapping[str, Deployment], hurry: float = 1.0, **settings: str
) -> AsyncIterator[House]:
    """Ready, with the demo people. `settings` are set above those of the manifests."""
    hub, store, cache = nats(folder), mongo(folder), redis(folder)
    ports = Ports()
    (folder / "pods").mkdir()
    edge = Edge(folder, ports.free(), LAG_S * hurry)
    addresses = {
        "PARLEY_NATS_URL": hub.url,
        "PARLEY_PUBLIC_URL": edge.url,
        "PARLEY_TRUSTED_PROXIES": "127.0.0.1",
        "PARLEY_STREAM_REPLICAS": "1",  # there is one server
        "PARLEY_SMTP_HOST": "",
        **settings,
    }
    async with thrown_away(hub, store, cache), open_http() as http:
        node = Node(folder / "pods", _secrets(hub, store, cache), addresses, ports, http, hurry)
        rollings = {
            name: Rolling(one, node, _leading(edge) if name == "gateway" else lambda pods: None)
            for name, one in deployments.items()
        }
        try:
            await edge.start()
            for wave in WAVES:
                await asyncio.gather(*(rollings[name].start() for name in wave))
            await eventually(lambda: _leads_somewhere(http, edge), OPEN_WITHIN_S, what="the edge knows the gateways")
            await seed(hub.url, hub.passwords["local"], lambda line: None)
            yield House(rollings, edge, hub)
        finally:
            await asyncio.gather(*(rolling.stop() for rolling in rollings.values()))
            await edge.stop()


async def _leads_somewhere(http: aiohttp.ClientSession, edge: Edge) -> bool:
    async with http.get(f"{edge.url}{KEYS}") as answer:
        return answer.status == HTTPStatus.OK


def two_of_each(deployments: Mapping[str, Deployment]) -> dict[str, Deployment]:
    return {name: replace(one, replicas=2) for name, one in deployments.items()}


def _leading(edge: Edge) -> Callable[[list[Pod]], None]:
    def lead(pods: list[Pod]) -> None:
        edge.lead_to([pod.address for pod in pods])

    return lead


def _secrets(hub: Server, store: Server, cache: Server) -> dict[str, str]:
    """What the Secret `parley` has, by key."""
    return {
        **{f"nats-password-{name}": password for name, password in hub.passwords.items()},
        "outsiders-seed": hub.outsiders_seed,
        "mongo-url": store.url,
        "redis-url": cache.url,
        "key-encryption-key": b64encode(secrets.token_bytes(32)).decode(),
        "smtp-password": secrets.token_urlsafe(),
    }
