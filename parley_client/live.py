"""One client on its socket: catching up, live, lost, back, over."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

import msgspec

from parley_client.account import Account
from parley_client.contract import asks
from parley_client.contract.types import RefreshSession, Watch
from parley_client.errors import Ended, ParleyError, Refused, Unanswered
from parley_client.http import Http
from parley_client.inbox import Inbox
from parley_client.line import Line, NotConnected
from parley_client.returns import LONGEST_S
from parley_client.wire import Ask, Wire

Q = TypeVar("Q", bound=Wire)
A = TypeVar("A", bound=Wire)
TIMEOUT_S = 10.0
PASSING = ("unavailable", "rate_limited", "internal")
"""Codes of a refused connection after which returning is of use as it was."""


class Live:
    """Tells `inbox` what is heard, if there is one. `end`: why it is over, once it is."""

    def __init__(self, http: Http, account: Account, inbox: Inbox | None, cursor: str | None) -> None:
        self._account = account
        self._inbox = inbox
        self._cursor = cursor
        self._line = Line(http, self)
        self._live = asyncio.Event()
        self._is_full = False
        self._answers: set[asyncio.Future[dict[str, Any]]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.end: Exception | None = None
        self.watched: Watch | None = None
        self.is_started = False

    @property
    def is_live(self) -> bool:
        return self._live.is_set()

    def start(self) -> None:
        if not self.is_started:
            self.is_started = True
            self._line.start()
            self._begin(self._keep_fresh())

    async def until_live(self, timeout_s: float) -> None:
        """Raises the end where it is over, and Unanswered when the time is."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._live.wait()
        if self.end is not None:
            raise self.end
        if not self.is_live:
            raise Unanswered(f"Not live within {timeout_s:g} s.")

    async def ask(self, ask: Ask[Q, A], request: Q, timeout_s: float) -> A:
        """Once. Raises Refused and Unanswered."""
        answered: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()

        def settle(answer: dict[str, Any], *_: Any) -> None:
            if not answered.done():
                answered.set_result(answer)

        self._answers.add(answered)
        try:
            async with asyncio.timeout(timeout_s):
                await self._line.emit(ask.name, msgspec.to_builtins(request), settle)
                answer = await answered
        except (NotConnected, TimeoutError) as error:
            raise Unanswered(f"{ask.name}: {error!r}") from error
        finally:
            self._answers.discard(answered)
        if not answer.get("ok"):
            said = answer["error"]
            raise Refused(
                said["code"], said["message"], retry_after_s=said.get("retry_after_s"), errors=said.get("errors")
            )
        return msgspec.convert(answer, ask.answer)

    def over(self, end: Exception) -> None:
        """For good. The first reason counts."""
        if self.end is None:
            self.end = end
        self._line.stay_away()
        self._live.set()  # whoever waits for it learns of the end
        if self._inbox is not None:
            self._inbox.end(self.end)

    async def close(self) -> None:
        """After `over`."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._line.stop()

    # what the line tells

    async def may_come(self) -> dict[str, Any]:
        """Not before the listener has room; without a token, not at all."""
        if self._inbox is not None:
            await self._inbox.room()
        while True:
            try:
                token = await self._account.token()
                break
            except (Refused, Unanswered) as error:
                if isinstance(error, Refused) and not error.is_passing:
                    self.over(Ended(error.code, error.message))
                    return {}
                await asyncio.sleep(LONGEST_S)
        self._is_full = False
        cursor = self._cursor if self._inbox is None else self._inbox.received
        return {"token": token} if cursor is None else {"token": token, "cursor": cursor}

    def heard(self, name: str, *bodies: Any) -> None:
        body = bodies[0] if bodies and isinstance(bodies[0], dict) else {}
        if self._is_full or self.end is not None:
            return
        self._cursor = body.get("cursor", self._cursor)
        if self._inbox is not None and not self._inbox.put(name, body):
            self._is_full = True  # this and what follows it is heard again on return
            self._line.lose()
        elif name == "ready":
            self._live.set()
            if self.watched is not None:
                self._begin(self._watch(self.watched))
        elif name == "connection.warning":
            self._line.return_after(body.get("reconnect_after_ms", 0) / 1000)
            if body.get("code") == "session_expired":
                self._account.expire()
        elif name == "session.ended":
            self.over(Ended(body.get("code", "session_ended"), body.get("message", "")))

    def rejected(self, error: dict[str, Any]) -> None:
        code = error.get("code", "internal")
        may_return = self._account.expire() if code == "token_expired" else code in PASSING
        if not may_return:
            self.over(Ended(code, error.get("message", "")))

    def closed(self, reason: str) -> None:
        if self.end is None:
            was_live = self.is_live
            self._live.clear()
            if was_live and self._inbox is not None:
                self._inbox.lost(reason)
        for answered in self._answers:
            if not answered.done():
                answered.set_exception(Unanswered(f"The connection was lost: {reason}."))

    # beside it

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _watch(self, watched: Watch) -> None:
        with suppress(ParleyError):  # lost again: the next return watches
            await self.ask(asks.PRESENCE_WATCH, watched, TIMEOUT_S)

    async def _keep_fresh(self) -> None:
        """A socket outlives its token only if it is told the next one in time."""
        while (left_s := self._account.fresh_for_s) is not None:
            await asyncio.sleep(max(0.0, left_s))
            try:
                token = await self._account.token()
                if self.is_live:
                    await self.ask(asks.SESSION_REFRESH, RefreshSession(token=token), TIMEOUT_S)
            except (Refused, Unanswered):
                await asyncio.sleep(LONGEST_S)  # the connection ends in time, and its return says why
