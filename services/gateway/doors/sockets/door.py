"""The Socket.IO door: who may connect, who hears what they ask, and how a connection ends."""

import asyncio
import random
import time
from typing import Any

from socketio.exceptions import ConnectionRefusedError

from chassis import log
from chassis.tasks import Tasks
from contracts.auth import SessionEnded, UserChanged
from contracts.client import Told, Warned
from contracts.endings import ENDINGS, end_told
from contracts.refusals import Refused
from services.gateway.actions.identify import Identify
from services.gateway.domain.addresses import Callers
from services.gateway.domain.frames import Frame, push
from services.gateway.doors.caller import caller_of
from services.gateway.doors.sockets.admission import Admission
from services.gateway.doors.sockets.asks import Asks, refusal_of
from services.gateway.doors.sockets.connection import Asked, Connection, SlowReader
from services.gateway.doors.sockets.server import SocketServer
from services.gateway.doors.sockets.transport import CLOSE_S
from services.gateway.rooms.changed_people import ChangedPeople
from services.gateway.rooms.ended import EndedSessions
from services.gateway.rooms.feed import Feed
from services.gateway.rooms.leases import Leases
from services.gateway.rooms.presence_board import PresenceBoard
from services.gateway.settings import GatewaySettings

WARN_S = 60.0
EXPIRE_EVERY_S = 0.5
"""With the time that closing takes, a socket outlives its token by less than a second."""
RETURN_MS_MAX = 2_000
WAVES_MAX = 20
HEARD_S = 0.3
"""So long a warning may take to be heard: whoever polls may be between two polls."""
WAVES_S = 3.0
MARGIN_S = 0.5


class SocketDoor:
    def __init__(
        self,
        settings: GatewaySettings,
        tasks: Tasks,
        server: SocketServer,
        identify: Identify,
        asks: Asks,
        feed: Feed,
        leases: Leases,
        board: PresenceBoard,
        ended: EndedSessions,
        changed: ChangedPeople,
        admission: Admission,
        callers: Callers,
    ) -> None:
        self._settings = settings
        self._tasks = tasks
        self._server = server
        self._identify = identify
        self._asks = asks
        self._feed = feed
        self._leases = leases
        self._board = board
        self._ended = ended
        self._changed = changed
        self._admission = admission
        self._callers = callers
        self._is_draining = False
        self._by_eio: dict[str, Connection] = {}
        self._by_sid: dict[str, Connection] = {}
        self._by_person: dict[str, set[Connection]] = {}
        server.on("connect", self._on_connect)
        server.on("disconnect", self._on_disconnect)
        server.on_ask = self._on_ask
        server.on_fault = self._on_fault
        server.on_flood = self._on_flood
        server.is_connected = self._by_eio.__contains__
        feed.listen(self._hear)

    @property
    def connections(self) -> list[Connection]:
        return list(self._by_eio.values())

    async def start(self) -> None:
        await self._asks.start()
        self._tasks.lasting("sockets.expire", self._expire())

    async def end(self, connection: Connection, code: str, told: Told | None = None) -> None:
        """Ends a connection for a reason of the closed list: told where it can still be read, closed within a second. `told`:
        what is said where it is not what is always said."""
        if connection.ending is not None:
            return
        connection.ending = code
        log.get().info("connection.ending", code=code, user_id=connection.user_id)
        ending = ENDINGS[code]
        if code == "slow_consumer":
            await connection.abort()
            return
        if not ending.returns:
            connection.push(push("session.ended", told or Told(code=code, message=ending.message)))
            await self._server.disconnect(connection.sid)
        elif code != "draining":
            connection.push(_warning(code, is_now=True))
        await connection.close()

    async def drain(self) -> None:
        """Takes nobody more, warns everyone, then lets go in waves; leases live on while people move."""
        self._is_draining = True
        everyone = self.connections
        for connection in everyone:
            connection.push(_warning("draining", is_now=True))
        waves = max(1, min(WAVES_MAX, len(everyone)))
        pause = min(self._settings.drain_s - CLOSE_S - MARGIN_S - HEARD_S, WAVES_S) / waves
        random.shuffle(everyone)
        if everyone:
            await asyncio.sleep(HEARD_S)
        ending: list[asyncio.Task[None]] = []
        for wave in range(waves):
            # whoever does not answer to the closing takes a second: the next wave does not wait for that
            ending += [asyncio.create_task(self.end(one, "draining")) for one in everyone[wave::waves]]
            if wave < waves - 1:
                await asyncio.sleep(pause)
        if ending:
            await asyncio.wait(ending, timeout=CLOSE_S + MARGIN_S / 2)
        for eio_sid in list(self._server.eio.sockets):
            self._drop(eio_sid)

    # a client comes and goes

    async def _on_connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> bool:
        eio_sid = self._server.manager.eio_sid_from_sid(sid, "/")
        try:
            identity = await self._identify((auth or {}).get("token") if isinstance(auth, dict) else None)
            if len(self._by_person.get(identity.user.user_id, ())) >= self._settings.sockets_per_person_max:
                raise Refused("too_many_connections", ENDINGS["too_many_connections"].message)
            if self._is_draining:
                raise Refused("unavailable", ENDINGS["draining"].message)
        except Refused as refused:
            refusal = refused.refusal
            if refusal.code == "unavailable":
                self._drop(eio_sid)  # the official client returns by itself, which it does not after a refusal
            raise ConnectionRefusedError(refusal.message, {"code": refusal.code, "message": refusal.message}) from None
        except Exception:
            log.get().exception("connection.failed")
            self._drop(eio_sid)
            raise ConnectionRefusedError("internal", {"code": "internal", "message": "Something went wrong."}) from None
        request = environ["aiohttp.request"]
        eio = self._server.eio.sockets[eio_sid]
        caller = caller_of(request, self._callers)
        connection = Connection(eio, eio_sid, sid, identity, caller, self._settings.asks_queued_max)
        connection.on_full(lambda: self._on_full(connection))
        self._by_eio[eio_sid] = self._by_sid[sid] = connection
        self._by_person.setdefault(identity.user.user_id, set()).add(connection)
        self._tasks.brief("connection.admit", self._admit(connection, (auth or {}).get("cursor")))
        return True

    async def _admit(self, connection: Connection, cursor: object) -> None:
        try:
            await self._admission(connection, cursor)
        except SlowReader:
            await self.end(connection, "slow_consumer")
            return
        except (Refused, TimeoutError) as error:
            log.get().warning("connection.not_admitted", kind=type(error).__name__, user_id=connection.user_id)
            await self.end(connection, "unavailable")
            return
        except Exception:
            log.get().exception("connection.not_admitted", user_id=connection.user_id)
            await self.end(connection, "unavailable")
            return
        finally:
            if connection.is_gone:
                self._detach(connection)
                self._leases.close(connection.lease_id)
        connection.start(self._tasks, self._asks)

    async def _on_disconnect(self, sid: str, reason: str = "") -> None:
        connection = self._by_sid.pop(sid, None)
        if connection is None:
            return
        connection.stop()
        del self._by_eio[connection.eio_sid]
        self._server.expect_connect(connection.eio_sid)
        of_person = self._by_person[connection.user_id]
        of_person.discard(connection)
        if not of_person:
            del self._by_person[connection.user_id]
        self._detach(connection)
        clean = connection.ending == "session_ended" or (
            connection.ending is None and reason == self._server.reason.CLIENT_DISCONNECT
        )
        self._leases.close(connection.lease_id, clean=clean, ending=connection.ending)

    def _detach(self, connection: Connection) -> None:
        self._board.unwatch(connection)
        person = self._feed.people.get(connection.user_id)
        if person is not None:
            if connection in person.outlets:
                person.outlets.remove(connection)
            if connection.user_id not in self._by_person:
                self._feed.forget(person)

    def _on_full(self, connection: Connection) -> None:
        self._tasks.brief("connection.slow", self.end(connection, "slow_consumer"))

    def _on_fault(self, eio_sid: str) -> None:
        connection = self._by_eio.get(eio_sid)
        if connection is not None:
            self._tasks.brief("connection.fault", self.end(connection, "protocol_error"))
        else:
            log.get().info("socket.protocol_error")
            self._drop(eio_sid)

    def _on_flood(self, eio_sid: str) -> None:
        connection = self._by_eio.get(eio_sid)
        if connection is not None:
            self._tasks.brief("connection.flood", self.end(connection, "too_many_packets"))
        else:
            log.get().info("socket.too_many_packets")
            self._drop(eio_sid)

    def _drop(self, eio_sid: str) -> None:
        """Closes what carries no connection of ours."""
        socket = self._server.eio.sockets.get(eio_sid)
        if socket is not None:
            websocket = getattr(socket, "websocket", None)
            if websocket is not None:
                websocket.abort()
            else:
                self._tasks.brief("socket.close", socket.close(wait=False, abort=True))

    # a client asks

    def _on_ask(self, eio_sid: str, asked: Asked) -> None:
        connection = self._by_eio.get(eio_sid)
        if connection is None:
            self._on_fault(eio_sid)
            return
        if not connection.put_ask(asked):
            refused = Refused("rate_limited", "Too many asks wait already: slow down.", retry_after_s=1.0)
            connection.acknowledge(asked.number, refusal_of(refused))

    # what the stream says about sessions, people and typing

    def _hear(self, body: Any) -> None:
        if isinstance(body, SessionEnded):
            self._ended.note(body.session_id)
            reason, message = end_told(body.reason, body.user_id, body.by)
            told = Told(code="session_ended", message=message, reason=reason)
            for connection in list(self._by_person.get(body.user_id, ())):
                if connection.identity.session_id == body.session_id:
                    self._tasks.brief("connection.end", self.end(connection, "session_ended", told))
        elif isinstance(body, UserChanged):
            self._changed.note(body)
            for connection in list(self._by_person.get(body.user.user_id, ())):
                if self._changed.is_stale(connection.identity):
                    self._tasks.brief("connection.expire", self.end(connection, "session_expired"))
        else:
            self._board.hear(body)

    async def _expire(self) -> None:
        while True:
            await asyncio.sleep(EXPIRE_EVERY_S)
            now = time.time()
            for connection in self.connections:
                left = connection.identity.expires_at - now
                if left <= 0:
                    self._tasks.brief("connection.expire", self.end(connection, "session_expired"))
                elif left < min(WARN_S, self._settings.access_token_s / 5) and not connection.expiry_warned:
                    connection.expiry_warned = True
                    connection.push(_warning("session_expired", is_now=False))


def _warning(code: str, *, is_now: bool) -> Frame:
    """Of an ending. When it is now, the client is given a time to return at, so that not all do at once."""
    reconnect_after_ms = random.randrange(RETURN_MS_MAX) if is_now else None
    return push(
        "connection.warning", Warned(code=code, message=ENDINGS[code].message, reconnect_after_ms=reconnect_after_ms)
    )
