"""A person at one device: logs in over HTTP, lives on a Socket.IO connection, and records all of it in the history."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Self, TypeVar, overload

import aiohttp

from tests.kit.history import Body, History
from tests.kit.line import Line, NotConnected, Returns
from tests.kit.refusal import Refused, Unanswered
from tests.kit.session import FIRST_PAUSE_S, LONGEST_PAUSE_S, Gateways, Session
from tests.kit.waiting import Bell, eventually

T = TypeVar("T")


class Person:
    """`client` names this device in the history. One person at several devices is several of these with one login.

    A token that runs out is renewed, on the socket too. A lost connection is taken up again, at the next gateway where
    the present one is gone, with the last cursor seen.
    """

    def __init__(
        self,
        login: str,
        password: str,
        *,
        gateways: Sequence[str],
        history: History,
        http: aiohttp.ClientSession,
        device: int = 1,
        first_gateway: int = 0,
        transport: str = "websocket",
        returns: Returns | None = None,
    ) -> None:
        self.login = login
        self.client = f"{login}#{device}"
        self.history = history
        self.bell = Bell()
        self.cursor: str | None = None
        self.is_live: bool = False
        self.rejection: Refused | None = None
        self.returned = 0
        self.watched: list[str] = []
        self._pushes: dict[str, list[Body]] = defaultdict(list)
        self._pending: set[asyncio.Future[Body]] = set()
        self._gateways = Gateways(gateways, first_gateway)
        self.session = Session(http, self._gateways, login, password)
        self._line = Line(http, self._gateways, self, transport, returns or Returns())
        self._renewing: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None

    @property
    def user_id(self) -> str:
        return self.session.user_id

    @property
    def is_staying(self) -> bool:
        """Connected, or about to be again: neither left, nor ended, nor refused."""
        return self._line.is_kept

    async def log_in(self) -> Body:
        """The body of the answer."""
        answer = await self.session.log_in()
        self.history.logged_in(self.client, self.login, self.user_id)
        return answer

    def share_session(self, other: Person) -> None:
        """Another connection of the session that `other` logged in to."""
        self.session = other.session
        self.history.logged_in(self.client, self.login, self.user_id)

    async def connect(self, timeout_s: float = 30.0) -> None:
        """Log in if need be, take up the connection, and be live."""
        if not self.session.is_open:
            await self.log_in()
        self.rejection = None
        self.history.coming(self.client)
        self._line.start()
        if self._renewing is None:
            self._renewing = asyncio.create_task(self._renew())
        await self.until_ready(timeout_s)

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.leave()

    async def until_ready(self, timeout_s: float = 30.0) -> None:
        """Raises the refusal where the server will not have this client."""
        await self.eventually(lambda: self.is_live or self.rejection, timeout_s, what=f"{self.client} is live")
        if self.rejection is not None:
            raise self.rejection

    async def leave(self) -> None:
        """A clean disconnect; `connect` comes back, with the cursor."""
        if self._renewing is not None:
            self._renewing.cancel()
            await asyncio.wait([self._renewing])
            self._renewing = None
        self.history.left(self.client)
        await self._line.stop()

    def lose_connection(self) -> None:
        """The network cuts the line; the client notices and returns by itself."""
        self._line.lose()

    def move_on(self) -> None:
        """The next connection and request go to the next gateway."""
        self._gateways.move_on()

    def pushes(self, name: str) -> list[Body]:
        """All bodies pushed under this name so far, oldest first, over all connections."""
        return self._pushes[name]

    @overload
    async def eventually(self, predicate: Callable[[], Awaitable[T]], timeout_s: float = ..., what: str = ...) -> T: ...

    @overload
    async def eventually(self, predicate: Callable[[], T], timeout_s: float = ..., what: str = ...) -> T: ...

    async def eventually(self, predicate: Callable[[], Any], timeout_s: float = 30.0, what: str = "") -> Any:
        """Asked anew at each thing that happens to this person."""
        return await eventually(predicate, timeout_s, self.bell, what=what)

    async def ask(self, name: str, /, *, timeout_s: float = 30.0, **fields: Any) -> Body:
        """The result. Raises `Refused`, or `Unanswered` when the connection was lost or the time was over."""
        number = self.history.asked(self.client, name, {} if name == "session.refresh" else fields)
        answered: asyncio.Future[Body] = asyncio.get_running_loop().create_future()

        def settle(answer: Body, *_: Any) -> None:
            if not answered.done():
                body = answer if answer["ok"] else answer["error"]
                self.history.acknowledged(self.client, number, answer["ok"], body)
                answered.set_result(answer)
                self.bell.ring()

        self._pending.add(answered)
        try:
            await self._line.emit(name, fields, settle)
            async with asyncio.timeout(timeout_s):
                answer = await answered
        except (NotConnected, TimeoutError, Unanswered) as error:
            self.history.unanswered(self.client, number, repr(error))
            raise Unanswered(f"{self.client}: {name}: {error!r}") from error
        finally:
            self._pending.discard(answered)
        if not answer["ok"]:
            raise Refused(f"{self.client}: {name}", answer["error"])
        return answer

    async def ask_until_answered(self, name: str, /, *, within_s: float = 60.0, **fields: Any) -> Body:
        """For asks that may be repeated: again after a lost connection and after `unavailable` or `rate_limited`."""
        until, pause_s = time.monotonic() + within_s, FIRST_PAUSE_S
        while True:
            try:
                await self.until_ready(max(0.0, until - time.monotonic()))
                return await self.ask(name, **fields)
            except (Unanswered, Refused) as error:
                asked_pause_s = error.retry_after_s if isinstance(error, Refused) else None
                is_final = isinstance(error, Refused) and not error.is_passing
                if is_final or time.monotonic() + pause_s > until:
                    raise
            await asyncio.sleep(asked_pause_s or pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def send(
        self, *, to: Body, text: str, client_message_id: str | None = None, within_s: float = 60.0, **fields: Any
    ) -> Body:
        """The message, as acknowledged. Repeated under one `client_message_id`, so it is there once however often asked."""
        client_message_id = client_message_id or secrets.token_hex(8)
        fields = {"to": to, "client_message_id": client_message_id, "text": text, **fields}
        answer = await self.ask_until_answered("message.send", within_s=within_s, **fields)
        message: Body = answer["message"]
        return message

    async def watch(self, user_ids: Sequence[str]) -> None:
        """Be told who comes and goes, from now on and anew after each return."""
        self.watched = list(user_ids)
        await self.ask_until_answered("presence.watch", user_ids=self.watched)

    async def credentials(self) -> Body:
        """At each return anew: a fresh token, and the cursor of the last thing seen."""
        token = await self.session.fresh_token()
        return {"token": token} if self.cursor is None else {"token": token, "cursor": self.cursor}

    def opened(self, gateway: str) -> None:
        self.history.connected(self.client, gateway, self.cursor)
        self.returned += 1
        self.bell.ring()

    def heard(self, name: str, *bodies: Any) -> None:
        body: Body = bodies[0] if bodies else {}
        self.history.pushed(self.client, name, body)
        self._pushes[name].append(body)
        if "cursor" in body:
            self.cursor = body["cursor"]
        if name == "ready":
            self.is_live = True
            if self.watched:
                self._watching = asyncio.create_task(self._watch_again())
        elif name == "session.ended":
            self._line.stay_away()
        self.bell.ring()

    def rejected(self, error: Body) -> bool:
        """An expired token is renewed; anything else is for the person to change."""
        self.history.rejected(self.client, error["code"])
        if error["code"] == "token_expired":
            self.session.expire()
            return True
        self.rejection = Refused(f"{self.client}: connect", error)
        self.bell.ring()
        return False

    def closed(self, reason: str) -> None:
        self.history.disconnected(self.client, reason)
        self.is_live = False
        for each in self._pending:
            if not each.done():
                each.set_exception(Unanswered("connection lost"))
        self.bell.ring()

    async def _watch_again(self) -> None:
        """If this connection is lost before the answer, the next one asks; that none did is for the checker to find."""
        with suppress(Unanswered, Refused):
            await self.ask("presence.watch", user_ids=self.watched)

    async def _renew(self) -> None:
        """A live socket outlives its token only if it is told the next one in time."""
        while True:
            await asyncio.sleep(max(0.0, self.session.fresh_for_s))
            try:
                token = await self.session.fresh_token()
                if self.is_live:
                    await self.ask("session.refresh", token=token)
            except (Refused, Unanswered):
                await asyncio.sleep(LONGEST_PAUSE_S)
