"""A Deployment: its pods, and a roll-out of them as the controller does it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from tests.kit.kubelet.manifest import Deployment
from tests.kit.kubelet.pod import End, Node, Pod
from tests.kit.waiting import Bell, eventually

AVAILABLE_WITHIN_S = 90.0


class Rolling:
    """`ends`: of all pods that were replaced. `on_endpoints` is called with the pods that are ready, at each change."""

    def __init__(
        self, deployment: Deployment, node: Node, on_endpoints: Callable[[list[Pod]], None] = lambda pods: None
    ) -> None:
        self.deployment = deployment
        self.pods: list[Pod] = []
        self.ends: list[End] = []
        self._node = node
        self._on_endpoints = on_endpoints
        self._bell = Bell()
        self._made = 0
        self._going: list[asyncio.Task[End]] = []

    @property
    def ready(self) -> list[Pod]:
        return [pod for pod in self.pods if pod.is_ready]

    async def start(self) -> None:
        self._add(self.deployment.replicas)
        await self._until(lambda: len(self.ready) == len(self.pods), "all pods are ready")

    async def roll(self) -> None:
        """Every pod replaced: none of the old ones goes before a new one has been ready for `minReadySeconds`. Returns when
        the old ones have ended; the controller itself does not wait for them."""
        old = list(self.pods)
        left = len(old)
        while left:
            batch = min(self.deployment.surge, left)
            new = self._add(batch)
            await self._until(lambda new=new: all(map(self._is_available, new)), "the new pods are available")  # type: ignore[misc]
            for _ in range(batch):
                self._remove(old.pop(0))
            left -= batch
        self.ends += await asyncio.gather(*self._going)
        self._going.clear()

    async def stop(self) -> None:
        for going in self._going:
            going.cancel()
        await asyncio.gather(*(pod.kill() for pod in self.pods))

    def _add(self, count: int) -> list[Pod]:
        new = []
        for _ in range(count):
            self._made += 1
            new.append(Pod(f"{self.deployment.name}-{self._made}", self.deployment.template, self._node, self._changed))
        self.pods += new
        return new

    def _remove(self, pod: Pod) -> None:
        async def terminate() -> End:
            try:
                return await pod.terminate()
            finally:
                self.pods.remove(pod)

        self._going.append(asyncio.create_task(terminate()))

    def _is_available(self, pod: Pod) -> bool:
        return pod.is_ready and time.monotonic() >= pod.ready_since + self.deployment.min_ready_s * self._node.hurry

    def _changed(self) -> None:
        self._bell.ring()
        self._on_endpoints(self.ready)

    async def _until(self, predicate: Callable[[], bool], what: str) -> None:
        await eventually(predicate, AVAILABLE_WITHIN_S, self._bell, what=f"{self.deployment.name}: {what}")
