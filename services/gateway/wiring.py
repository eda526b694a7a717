"""Where the gateway's rooms meet."""

import asyncio
import contextlib
from collections.abc import Mapping
from pathlib import Path

from aiohttp import web

from chassis import ops
from chassis.bus import ASK_S, Bus
from chassis.tasks import Tasks
from contracts.doors import SOCKETS
from contracts.everything import ASKS
from contracts.limits import PACKET_BYTES_MAX
from contracts.messenger import LoadFeeds
from contracts.presence import ListPresence
from contracts.refusals import Refusal, Refused
from contracts.table import Nothing
from services.gateway.actions.identify import Identify
from services.gateway.actions.note_refused import NoteRefused
from services.gateway.actions.relay import Relay
from services.gateway.domain.addresses import Callers
from services.gateway.domain.identity import Keys
from services.gateway.doors.http.malformed import Runner
from services.gateway.doors.http.page import Page
from services.gateway.doors.http.problems import problem, problems
from services.gateway.doors.http.routes import Cookies, HttpDoor
from services.gateway.doors.http.under_way import UnderWay
from services.gateway.doors.sockets.admission import Admission
from services.gateway.doors.sockets.asks import Asks
from services.gateway.doors.sockets.door import SocketDoor
from services.gateway.doors.sockets.server import SocketServer
from services.gateway.doors.sockets.transport import Rate
from services.gateway.rooms.activity import Activity
from services.gateway.rooms.changed_people import ChangedPeople
from services.gateway.rooms.ended import EndedSessions
from services.gateway.rooms.feed import Feed
from services.gateway.rooms.leases import Leases
from services.gateway.rooms.memory import Memory
from services.gateway.rooms.past import Past
from services.gateway.rooms.presence_board import PresenceBoard
from services.gateway.rooms.unread import UnreadTeller
from services.gateway.settings import GatewaySettings

BOARD_S = 1.0
PACKETS_AN_ASK = 5
"""Packets of a socket for each ask that is within a person's rate: those above it are answered, too, up to this."""
DAY_S = 24 * 3600
ROOT = Path(__file__).parents[2]


def wire(settings: GatewaySettings, bus: Bus, tasks: Tasks) -> "Gateway":
    return Gateway(settings, bus, tasks)


class Gateway:
    def __init__(self, settings: GatewaySettings, bus: Bus, tasks: Tasks) -> None:
        self._settings = settings
        self._bus = bus
        self._tasks = tasks
        self._runner: Runner | None = None
        self._site: web.TCPSite | None = None
        self._under_way = UnderWay()
        self._door: SocketDoor | None = None
        self.probes: Mapping[str, ops.Probe] = {
            "auth": self._has_keys,
            "messenger": self._has_feeds,
            "presence": self._has_presence,
        }
        self.readiness = ops.Readiness({"nats": self._has_nats, **self.probes})

    async def start(self) -> None:
        settings, bus, tasks = self._settings, self._bus, self._tasks
        keys = Keys(settings.issuer, settings.access_token_s)
        feed = Feed(
            bus.epoch,
            Memory(await bus.last_seq(), settings.memory_events_max, settings.memory_s, settings.memory_bytes_max),
            UnreadTeller(),
        )
        ended = EndedSessions(settings.access_token_s)
        changed = ChangedPeople(settings.access_token_s)
        identify = Identify(bus, keys, ended, changed)
        await identify.fetch_keys()
        callers = Callers(settings.trusted_proxies)
        relay = Relay(bus, settings.asks_burst, settings.asks_per_s, NoteRefused(bus, tasks))
        board = PresenceBoard(bus, tasks, settings.presence_repair_s)
        activity = Activity(bus, tasks, board)
        leases = Leases(bus, tasks, activity)
        past = Past(bus, feed, settings.resume_events_max, settings.memory_bytes_max)
        origins = settings.cors_origins.split(",") if settings.cors_origins else None
        # asks, and what goes with them, are refused one by one long before
        packets = Rate(PACKETS_AN_ASK * settings.asks_burst, PACKETS_AN_ASK * settings.asks_per_s)
        server = SocketServer(packets, max_http_buffer_size=PACKET_BYTES_MAX, cors_allowed_origins=origins)
        admission = Admission(bus, feed, past, leases, board)
        asks = Asks(bus, identify, relay, feed, board, activity)
        door = SocketDoor(
            settings, tasks, server, identify, asks, feed, leases, board, ended, changed, admission, callers
        )
        await ended.read_back(bus)
        await changed.read_back(bus)
        with contextlib.suppress(Refused, TimeoutError):
            # HTTP is served while presence is away; who is here is asked for again every second
            async with asyncio.timeout(BOARD_S):
                await board.repair()
        self._reader = await bus.read(feed.hear, after=feed.position)
        app = web.Application(middlewares=[self._under_way.count, problems], client_max_size=PACKET_BYTES_MAX)
        cookies = Cookies(settings.refresh_days * DAY_S, secure=settings.cookie_secure)
        HttpDoor(relay, identify, keys, callers, cookies, origins or (), activity.asked).add_to(app, self.readiness)
        Page(ROOT / settings.web_dir).add_to(app)
        self._open_socket_route(app, server)
        runner = Runner(app, access_log=None, shutdown_timeout=1.0, handler_cancellation=False)
        try:
            await runner.setup()
            site = web.TCPSite(runner, settings.host, settings.port, backlog=1024)
            await site.start()
            await door.start()
        except BaseException:
            await self._reader.stop()
            await runner.cleanup()
            raise
        tasks.lasting("keys.follow", identify.follow_keys(settings.keys_every_s))
        board.start()
        activity.start()
        leases.start()
        bus.state.update(
            sockets=lambda: len(door.connections),
            people=lambda: len(feed.people),
            position=lambda: feed.position,
            is_draining=lambda: self.readiness.is_draining,
        )
        await bus.answer({})
        self._runner, self._site, self._door = runner, site, door
        self.readiness.is_up = True

    async def leave(self) -> None:
        self.readiness.is_draining = True
        if self._door is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._settings.drain_s):
                    await self._door.drain()
        if self._site is not None:
            await self._site.stop()
            await self._under_way.over(ASK_S)

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def _open_socket_route(self, app: web.Application, server: SocketServer) -> None:
        async def handle(request: web.Request) -> web.StreamResponse:
            # what passes by itself is refused below Socket.IO, so that the official client returns by itself
            is_full = len(server.eio.sockets) >= self._settings.sockets_max
            if "sid" not in request.query and (self.readiness.is_draining or not self._bus.is_connected or is_full):
                return problem(Refusal("unavailable", "This gateway takes no connections now.", 1.0))
            response: web.StreamResponse = await server.handle_request(request)
            return response

        for method in ("GET", "POST", "OPTIONS"):
            app.router.add_route(method, SOCKETS, handle)

    async def _has_nats(self) -> bool:
        return self._bus.is_connected

    async def _has_keys(self) -> bool:
        await self._bus.ask(ASKS["keys.get"], Nothing(), timeout_s=0.9)
        return True

    async def _has_feeds(self) -> bool:
        await self._bus.ask(ASKS["feed.load"], LoadFeeds(user_ids=[]), timeout_s=0.9)
        return True

    async def _has_presence(self) -> bool:
        await self._bus.ask(ASKS["presence.list"], ListPresence(user_ids=[]), timeout_s=0.9)
        return True
