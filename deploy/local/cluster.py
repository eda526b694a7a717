"""The whole cluster on one machine: started in order, kept running, told to stop in order.

`run/cluster.json` says where everything is: `state`, `pid`, `nats_url`, `gateways` (their URLs), and under `processes`
each one's `pid`, `port` and `ops_port`. It is replaced whenever a process starts. No password is in it.
"""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal, Self, TypeVar

from contracts.refusals import Refused
from deploy.local import web
from deploy.local.binaries import SERVERS, Binary, choose
from deploy.local.child import end_all
from deploy.local.data_dir import DataDir, Hold
from deploy.local.demo import seed
from deploy.local.errors import CannotStart, PortLost
from deploy.local.keeper import Keeper
from deploy.local.leftovers import end_leftovers
from deploy.local.options import Options
from deploy.local.parts import Through, parts, straight
from deploy.local.ports import HOST, NATS_USUAL, Ports
from deploy.local.process import Process
from deploy.local.servers import Server, mongo_member, nats, redis

READY_S_MAX = 120.0
GATEWAYS_STOP_S, SERVICES_STOP_S, SERVERS_STOP_S = 10.0, 5.0, 10.0
LOGS_BOUND_EVERY_S = 2.0
HASTE_S = 1.0
"""How long each wave has once the person asked a second time; gateways and services also before the cluster was ready."""

State = Literal["starting", "ready", "stopping"]
T = TypeVar("T")


class Cluster:
    """Use as `async with Cluster(options) as cluster`, or call `start` and `stop`.

    `start` returns when all processes are ready; it raises CannotStart where the person
    must change something. `stop` leaves no process behind, also after a `start` that failed or was cancelled.
    """

    def __init__(self, options: Options, say: Callable[[str], None] | None = None, through: Through = straight) -> None:
        """`through`: by which port a process reaches a server; MongoDB's members are reached alike by all ("mongo")."""
        self.options = options
        self._through = through
        self.servers: dict[str, Server] = {}
        self.keepers: dict[str, Keeper] = {}
        self._say_to_person = say or _print
        self._data_dir = DataDir(options.data_dir)
        self._hold = Hold(self._data_dir)
        self._state: State = "starting"
        self._in_haste = asyncio.Event()
        self._bounding: asyncio.Task[None] | None = None

    @property
    def urls(self) -> list[str]:
        return [f"http://{HOST}:{port}" for port in self.options.gateway_ports]

    def process(self, name: str) -> Process:
        """By its name: `messenger-1`, `nats`."""
        return self.keepers[name].process

    async def start(self) -> None:
        await self._hold.take()
        self._bounding = asyncio.create_task(self._bound_logs(), name="bound logs")
        end_leftovers(self._data_dir, self.say)
        building = asyncio.create_task(self._build_page(), name="build page")
        try:
            await self._start_servers()
            await building  # gateways read it when they start
        finally:
            building.cancel()
            await asyncio.gather(building, return_exceptions=True)
        await self._start_services()
        await self._seed()
        self._state = "ready"
        self._write()

    async def stop(self) -> None:
        """Gateways first, while there is somebody to tell that their people leave; then the services; then the servers."""
        if not self._hold.is_taken:  # nothing here is ours
            return
        if self._bounding:
            self._bounding.cancel()
        had_people = self._state == "ready"
        self._state = "stopping"
        self._hold.say("stopping")
        self._write()
        gateways = {name for name in self.keepers if name.startswith("gateway-")}
        services = set(self.keepers) - set(self.servers) - gateways
        for wave, grace_s in (
            (gateways, GATEWAYS_STOP_S if had_people else HASTE_S),
            (services, SERVICES_STOP_S if had_people else HASTE_S),
            (set(self.servers), SERVERS_STOP_S),
        ):
            await asyncio.gather(*(self._stop_one(name, grace_s) for name in wave if name in self.keepers))
        (self._data_dir.run / "cluster.json").unlink(missing_ok=True)
        self._hold.release()

    def hasten(self) -> None:
        """Lets a `stop` under way wait no longer than a second for each wave."""
        self._in_haste.set()

    def kill(self, name: str) -> None:
        """SIGKILL: the process dies as in a crash, and is started again."""
        self.process(name).kill()

    async def hold(self, name: str) -> None:
        """Stops one process and keeps it stopped until `resume`."""
        await self.keepers[name].stop(SERVERS_STOP_S)

    async def resume(self, name: str) -> None:
        """Starts a held process again at the same port; returns when it is usable."""
        self.keepers[name].start()
        await self.keepers[name].until_usable(READY_S_MAX)

    async def restart(self, name: str) -> None:
        """Stops one process cleanly and starts it again; returns when it is usable."""
        await self.hold(name)
        await self.resume(name)

    def say(self, line: str) -> None:
        """To the person, and to `log/cluster.log`."""
        self._say_to_person(line)
        entry = {"event": line, "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds")}
        # on a full disk, the person has been told at least
        with contextlib.suppress(OSError), self._data_dir.open_log("cluster") as log:
            log.write(json.dumps(entry) + "\n")

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def _start_servers(self) -> None:
        binaries = await _in_thread(lambda: choose(*SERVERS))
        ports = self._ports = Ports()
        for port in self.options.gateway_ports:
            ports.exactly(port, "PORT")
        given = self.options.nats_port
        nats_port = ports.exactly(given, "NATS_PORT") if given else ports.from_on(NATS_USUAL)
        folder = self.options.data_dir
        made = [nats(folder, nats_port, binary=binaries[0])]
        listening = [ports.free() for _ in range(self.options.mongo_members)]
        names = ["mongo", *(f"mongo-{number}" for number in range(2, len(listening) + 1))]
        known_at = [self._through("mongo", name, port) for name, port in zip(names, listening, strict=True)]
        for number, port in enumerate(listening):
            made.append(mongo_member(folder, number, port, known_at, binary=binaries[1]))
        made.append(redis(folder, ports.free(), binary=binaries[2]))
        for server, binary in zip(made, (binaries[0], *(binaries[1] for _ in listening), binaries[2]), strict=True):
            self._keep_server(server, binary)
        try:
            await self._until_usable({"nats": made[0]})
        except PortLost:  # two clusters that start at once may choose the same one
            if given:
                raise
            await self.keepers["nats"].stop(SERVERS_STOP_S)
            self._keep_server(nats(folder, ports.free(), binary=binaries[0]), binaries[0])
        await self._until_usable(self.servers)

    async def _build_page(self) -> None:
        """A page that cannot be built keeps nobody from what needs none: every client but a browser. Nor does it where the
        one of before is served instead."""
        if "PARLEY_WEB_DIR" in self.options.settings:
            return
        try:
            await _in_thread(lambda: web.build(self.say))
        except CannotStart as refusal:
            instead = "the page of before is served" if web.INDEX.exists() else "the cluster runs without it"
            self.say(str(refusal))
            self.say(f"until the page is built, {instead}")

    def _keep_server(self, server: Server, binary: Binary) -> None:
        self.servers[server.name] = server
        self.say(f"{server.name}: {binary} on port {server.port}")
        self._keep(server)

    async def _start_services(self) -> None:
        made = {}
        hub, store, cache = (self.servers[name] for name in ("nats", "mongo", "redis"))
        for program in parts(self.options, self._ports, hub, store, cache, self._through):
            made[program.name] = Process(program, self._data_dir)
            self._keep(made[program.name])
        self.say("starting " + ", ".join(made))
        await self._until_usable(made)

    async def _seed(self) -> None:
        nats_server = self.servers["nats"]
        try:
            await seed(nats_server.url, nats_server.passwords["local"], self.say)
        except Refused as refused:
            raise CannotStart(f"The demo people could not be made: {refused.refusal.message}") from refused

    def _keep(self, process: Process) -> None:
        keeper = self.keepers[process.name] = Keeper(process, self.say, self._write)
        keeper.start()

    async def _until_usable(self, names: dict[str, Process] | dict[str, Server]) -> None:
        waits = [asyncio.create_task(self.keepers[name].until_usable(READY_S_MAX)) for name in names]
        try:
            await asyncio.gather(*waits)
        except TimeoutError as error:
            where = self._data_dir.log
            raise CannotStart(
                f"Not everything became ready within {READY_S_MAX:g} s: see the logs in {where}."
            ) from error
        finally:
            for wait in waits:
                wait.cancel()

    async def _bound_logs(self) -> None:
        while True:
            with contextlib.suppress(OSError):  # a full disk, perhaps: again next time
                await asyncio.to_thread(self._data_dir.bound_logs)
            await asyncio.sleep(LOGS_BOUND_EVERY_S)

    async def _stop_one(self, name: str, grace_s: float) -> None:
        stopping = asyncio.create_task(self.keepers[name].stop(grace_s))
        hastening = asyncio.create_task(self._in_haste.wait())
        await asyncio.wait((stopping, hastening), return_when=asyncio.FIRST_COMPLETED)
        if not stopping.done():
            await asyncio.wait((stopping,), timeout=HASTE_S)
            self.process(name).kill()
        hastening.cancel()
        await stopping

    def _write(self) -> None:
        processes = {
            name: {"pid": keeper.process.pid, "port": program.port, "ops_port": program.ops_port}
            for name, keeper in self.keepers.items()
            for program in (keeper.process.program,)
        }
        content = {
            "state": self._state,
            "pid": os.getpid(),
            "nats_url": self.servers["nats"].url if "nats" in self.servers else None,
            "gateways": self.urls,
            "processes": processes,
        }
        self._data_dir.write("cluster.json", json.dumps(content, indent=2))


async def _in_thread(function: Callable[[], T]) -> T:
    """A stop in the middle of what it runs, as fetching a program, ends that first."""
    working = asyncio.create_task(asyncio.to_thread(function))
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        while not working.done():
            await asyncio.to_thread(end_all)
            await asyncio.wait((working,), timeout=0.1)
        working.exception()  # that it failed is our own doing
        raise


def _print(line: str) -> None:
    try:
        print(line, flush=True)
    except OSError:  # whoever read our output is gone; the cluster goes on
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
