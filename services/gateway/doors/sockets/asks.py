"""What clients ask over their sockets: relayed to its owner, or answered here where the gateway itself knows."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from chassis import log
from chassis.bus import ASK_S, Bus
from contracts.client import RefreshSession, StartTyping, TypingPush, Watch
from contracts.everything import ASKS
from contracts.limits import WATCHED_MAX, is_id
from contracts.refusals import Refused
from contracts.things import PersonPresence
from services.gateway.actions.identify import Identify
from services.gateway.actions.relay import Relay, parse
from services.gateway.domain.frames import push
from services.gateway.doors.sockets.connection import Connection
from services.gateway.rooms.activity import Activity
from services.gateway.rooms.feed import Feed
from services.gateway.rooms.presence_board import PresenceBoard

TYPING_S = 1.0
"""Others are told no oftener that somebody types."""
TYPING = "parley.ephemeral.gateway.typing"
_encode = msgspec.json.Encoder().encode
Local = Callable[[Connection, dict[str, Any]], Awaitable[dict[str, Any]]]


class _Typed(msgspec.Struct, frozen=True):
    conversation_id: str
    user_id: str


class Asks:
    def __init__(
        self, bus: Bus, identify: Identify, relay: Relay, feed: Feed, board: PresenceBoard, activity: Activity
    ) -> None:
        self._bus = bus
        self._identify = identify
        self._relay = relay
        self._feed = feed
        self._board = board
        self._typing_now: set[tuple[str, str]] = set()
        self._activity = activity
        self._local: dict[str, Local] = {
            "presence.watch": self._watch,
            "presence.active": self._active,
            "typing.start": self._typing,
            "session.refresh": self._refresh,
        }

    async def start(self) -> None:
        await self._bus.overhear(TYPING, self._hear_typing)

    async def __call__(self, connection: Connection, name: str, arguments: tuple[Any, ...], waited_s: float) -> bytes:
        """The acknowledgement's JSON, whatever happens. `waited_s`: how long the ask has been here already."""
        try:
            self._relay.allow(connection.user_id)
            self._identify.as_now(connection.identity)  # what ended or changed just now closes the socket only soon
            ask = ASKS.get(name)
            if ask is None or not ask.socket:
                raise Refused("not_found", "There is no such ask.")
            fields = arguments[0] if arguments else {}
            if not isinstance(fields, dict):
                raise Refused("invalid", "Send the fields of the ask as one object.")
            if not connection.identity.is_service:
                self._activity.asked(connection.user_id, name)
            local = self._local.get(name)
            if local is not None:
                connection.identity.check_service(ask)
                parse(ask, fields)
                return _encode({"ok": True, **await local(connection, fields)})
            left_s = ASK_S - waited_s  # one that waited behind others that nobody answers is not asked in vain
            answer = await self._relay(ask, fields, connection.identity, connection.caller, timeout_s=left_s)
            return b'{"ok":true}' if answer == b"{}" else b'{"ok":true,' + answer[1:]
        except Refused as refused:
            return refusal_of(refused)
        except Exception:
            log.get().exception("ask.failed", user_id=connection.user_id)
            return refusal_of(Refused("internal", "Something went wrong here; it has been noted."))

    async def _watch(self, connection: Connection, fields: dict[str, Any]) -> dict[str, Any]:
        watch = msgspec.convert(fields, Watch)
        if isinstance(watch.user_ids, str):
            if watch.user_ids != "all":
                raise Refused("invalid", 'Watch a list of ids, or "all".')
            user_ids = None
        else:
            user_ids = watch.user_ids
            if len(user_ids) > WATCHED_MAX:
                raise Refused("too_large", f"At most {WATCHED_MAX} people can be watched.")
            if not all(map(is_id, user_ids)):
                raise Refused("invalid", "Watch ids of people.", errors={"user_ids": ["Ids of people only."]})
        if not self._board.is_known:
            raise Refused("unavailable", "Who is here is not known yet.", retry_after_s=1.0)
        if user_ids is None and len(self._board) > WATCHED_MAX:
            raise Refused("too_large", f"There are more than {WATCHED_MAX} people: watch those who are seen.")
        self._board.watch(connection, user_ids)
        people: list[PersonPresence] = self._board.of(user_ids)
        state = {"people": people, "version": self._board.version}
        connection.push(push("presence", state))
        return state

    async def _active(self, _: Connection, __: dict[str, Any]) -> dict[str, Any]:
        return {}

    async def _typing(self, connection: Connection, fields: dict[str, Any]) -> dict[str, Any]:
        conversation_id = msgspec.convert(fields, StartTyping).conversation_id
        person = self._feed.people.get(connection.user_id)
        if person is None or conversation_id not in person.tracks:
            raise Refused("not_found", "There is no such conversation.")
        typing = conversation_id, connection.user_id
        if typing in self._typing_now:
            return {}
        self._typing_now.add(typing)
        asyncio.get_running_loop().call_later(TYPING_S, self._typing_now.discard, typing)
        await self._bus.whisper(TYPING, _encode(_Typed(conversation_id, connection.user_id)))
        return {}

    async def _refresh(self, connection: Connection, fields: dict[str, Any]) -> dict[str, Any]:
        identity = await self._identify(msgspec.convert(fields, RefreshSession).token)
        if identity.session_id != connection.identity.session_id:
            raise Refused("token_invalid", "This token belongs to another session.")
        if identity.issued_at >= connection.identity.issued_at:  # an older one may say an older role, and ends sooner
            connection.identity = identity
            connection.expiry_warned = False
        return {"expires_in": int(connection.identity.expires_at - time.time())}

    def _hear_typing(self, data: bytes) -> None:
        typed = msgspec.json.decode(data, type=_Typed)
        frame = push("typing", TypingPush(conversation_id=typed.conversation_id, user_id=typed.user_id))
        for person in self._feed.readers(typed.conversation_id):
            if person.user_id != typed.user_id:
                for outlet in person.outlets:
                    outlet.push(frame)


def refusal_of(refused: Refused) -> bytes:
    """The acknowledgement that says so."""
    return _encode({"ok": False, "error": refused.refusal})
