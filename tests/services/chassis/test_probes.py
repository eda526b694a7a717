"""What a process says of itself while what it needs is killed, hangs, comes back, or is lost for good: a real presence."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from chassis.bus import Bus
from contracts.everything import ASKS
from contracts.presence import ListPresence
from contracts.refusals import Refused
from deploy.local.ports import Ports
from deploy.local.servers import Server, nats, redis
from tests.kit.servers import thrown_away
from tests.kit.waiting import eventually
from tests.services.chassis.test_bus import connect

PROBE_S = 0.9
"""Kubernetes waits a second for an answer unless told, the network included."""
OK = (200, "ok")
NOTHING = (0, "")


@dataclass
class House:
    nats: Server
    redis: Server
    process: asyncio.subprocess.Process
    port: int
    http: aiohttp.ClientSession

    async def probe(self, path: str) -> tuple[int, str]:
        """The status and the word, as a kubelet would have them; NOTHING where no answer came in time."""
        try:
            async with self.http.get(f"http://127.0.0.1:{self.port}/{path}") as answer:
                return answer.status, (await answer.json())["status"]
        except (aiohttp.ClientError, TimeoutError):
            return NOTHING

    async def missed(self) -> list[str]:
        async with self.http.get(f"http://127.0.0.1:{self.port}/readyz") as answer:
            away: list[str] = (await answer.json())["away"]
            return away

    async def until(self, path: str, said: tuple[int, str]) -> None:
        await eventually(self._says(path, said), what=f"{path} says {said}")

    def _says(self, path: str, said: tuple[int, str]) -> Callable[[], Awaitable[bool]]:
        async def says() -> bool:
            return await self.probe(path) == said

        return says


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Nothing is there yet but the process."""
    hub, store, port = nats(tmp_path), redis(tmp_path), Ports().free()
    env = {
        **os.environ,
        "PARLEY_INSTANCE": "presence-1",
        "PARLEY_NATS_URL": hub.url,
        "PARLEY_NATS_USER": "presence",
        "PARLEY_NATS_PASSWORD": hub.passwords["presence"],
        "PARLEY_REDIS_URL": store.url,
        "PARLEY_OPS_HOST": "127.0.0.1",
        "PARLEY_OPS_PORT": str(port),
    }
    with (tmp_path / "presence.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "services.presence"), env=env, stdout=log
        )
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PROBE_S)) as http:
            yield House(hub, store, process, port, http)
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGCONT)
            process.kill()
        await process.wait()


@asynccontextmanager
async def hanging(server: Server) -> AsyncIterator[None]:
    server.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        server.signal(signal.SIGCONT)


async def test_what_is_away_degrades_and_never_unreadies(house: House) -> None:
    """All replicas that are not ready at once help nobody, and a restart brings no store back."""
    await house.until("readyz", (503, "starting"))
    assert await house.probe("healthz") == OK
    assert await house.missed() == ["nats"]
    async with thrown_away(house.nats, house.redis):
        await house.until("readyz", (200, "ready"))
        for server in (house.nats, house.redis):
            server.kill()
            await server.until_ended()
            await house.until("readyz", (200, "degraded"))
            assert await house.missed() == [server.name]
            assert await house.probe("healthz") == OK
            await server.start()
            await house.until("readyz", (200, "ready"))


async def test_a_store_that_hangs_makes_no_probe_late(house: House) -> None:
    """Readiness waited for the store as long as a probe is waited for: who was degraded was taken for not ready."""
    async with thrown_away(house.nats, house.redis):
        await house.until("readyz", (200, "ready"))
        said: list[tuple[int, str]] = []

        async def is_missed() -> bool:
            said.append(await house.probe("readyz"))
            return said[-1] == (200, "degraded")

        async with hanging(house.redis):
            await eventually(is_missed)
        assert set(said) <= {(200, "ready"), (200, "degraded")}
        await house.until("readyz", (200, "ready"))


async def test_a_process_that_stands_still_answers_nothing(house: House) -> None:
    async with thrown_away(house.nats, house.redis):
        await house.until("readyz", (200, "ready"))
        house.process.send_signal(signal.SIGSTOP)
        assert await house.probe("healthz") == NOTHING
        house.process.send_signal(signal.SIGCONT)
        await house.until("healthz", OK)
        await house.until("readyz", (200, "ready"))


async def test_a_connection_that_is_closed_for_good_is_no_health(house: House) -> None:
    """The library gives up where the server does not know its user any more: the process went on, and nobody ended it."""
    async with thrown_away(house.nats, house.redis):
        await house.until("readyz", (200, "ready"))
        _forget_presence(house.nats)
        seen: set[tuple[int, str]] = set()

        async def has_ended() -> bool:
            seen.add(await house.probe("healthz"))
            return house.process.returncode is not None

        await eventually(has_ended, every_s=0.02)
        assert seen <= {OK, (503, "lost"), NOTHING}
        assert (503, "lost") in seen
        assert house.process.returncode == 1


async def test_a_connection_that_is_not_tried_any_more_is_no_health(house: House) -> None:
    """A server that died in the middle of its greeting made the library stop trying, in silence."""
    async with thrown_away(house.nats, house.redis):
        await house.until("readyz", (200, "ready"))
        house.nats.kill()
        await house.nats.until_ended()
        async with await asyncio.start_server(_breaks_off, "127.0.0.1", house.nats.port):
            await eventually(lambda: house.process.returncode is not None)
        assert house.process.returncode == 1


async def test_who_leaves_is_alive_and_takes_nothing_new(house: House) -> None:
    async with thrown_away(house.nats, house.redis):
        await house.until("readyz", (200, "ready"))
        gateway = await connect(house.nats, "gateway")
        async with hanging(house.redis):
            asked = asyncio.create_task(_ask(gateway))
            await gateway._nc.flush()  # NATS has it: whoever drains is given it
            house.process.send_signal(signal.SIGTERM)
            await house.until("readyz", (503, "draining"))
            assert await house.probe("healthz") == OK
        await asked
        assert await asyncio.wait_for(house.process.wait(), 20) == 0
        await gateway.drain()


def _forget_presence(hub: Server) -> None:
    """Its password is another one from now on."""
    config = Path(hub.program.command[-1])
    config.write_text(config.read_text().replace(hub.passwords["presence"], "another-password-since"))
    hub.signal(signal.SIGHUP)


async def _breaks_off(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"INFO")
    await writer.drain()
    writer.close()


async def _ask(gateway: Bus) -> Any:
    with suppress(Refused):
        return await gateway.ask(ASKS["presence.list"], ListPresence(user_ids=["u_ada"]))
