"""The client: what an application asks, sends and hears as one person, over lost connections and gateways that go away."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Self, TypeVar

import aiohttp

from parley_client.account import Account, PasswordAccount, ServiceAccount
from parley_client.contract import asks, types
from parley_client.contract.types import Message, SendMessage, User
from parley_client.errors import Closed, ParleyError
from parley_client.http import Http
from parley_client.inbox import Event, Inbox
from parley_client.live import Live
from parley_client.outbox import Outbox, Sent
from parley_client.returns import Gateways, until_answered
from parley_client.wire import Ask, Wire

Q = TypeVar("Q", bound=Wire)
A = TypeVar("A", bound=Wire)
E = TypeVar("E", bound=Wire)
TIMEOUT_S, PATIENCE_S, LIVE_S, FLUSH_S = 10.0, 60.0, 30.0, 5.0


class Parley:
    """`async with Parley(url, token=…) as parley:`, or with `login` and `password`, logs in, connects and is live. At the end it
    sends what waits, says good-bye and logs out; `token` is that of a service account, and stays good.

    `url`: a gateway, or several to move between. `cursor`: that of an earlier run; what was missed since comes first. `hear`:
    False for who only asks and sends, and never listens. `agent`: what the list of sessions calls this client. `http`: a
    session that many clients share; whoever opened it closes it.
    """

    def __init__(
        self,
        url: str | Sequence[str],
        *,
        token: str | None = None,
        login: str | None = None,
        password: str | None = None,
        cursor: str | None = None,
        hear: bool = True,
        agent: str = "parley_client",
        http: aiohttp.ClientSession | None = None,
    ) -> None:
        self._http = Http(http, Gateways([url] if isinstance(url, str) else url), agent)
        self._account = _account(self._http, token, login, password)
        self._inbox = Inbox(cursor)
        self._live = Live(self._http, self._account, self._inbox if hear else None, cursor)
        self._outbox = Outbox(self._send)
        self._listeners: list[tuple[type[Any], Callable[[Any], Awaitable[None]]]] = []
        self._user: User | None = None

    # coming and going

    async def __aenter__(self) -> Self:
        try:
            await self.connect()
        except BaseException:
            await self.close(flush_s=0.0)
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def log_in(self) -> User:
        """Who we are. Enough for asking over HTTP. Raises Refused, and Unanswered where nobody answers for a minute."""
        if self._live.end is not None:
            raise self._live.end
        self._user = await self._account.who()
        return self._user

    async def connect(self, timeout_s: float = LIVE_S) -> None:
        """Returns when this client is live. Raises as `log_in`; Ended where the server will not have it; Unanswered when the
        time is over: it goes on trying then, until it is closed."""
        await self.log_in()
        self._live.start()
        await self._live.until_live(timeout_s)

    async def close(self, *, flush_s: float = FLUSH_S, log_out: bool = True) -> list[SendMessage]:
        """What could not be sent within `flush_s`: posted later with its `client_message_id`, it is there once."""
        unsent = await self._outbox.close(flush_s if self._live.end is None else 0.0)
        self._live.over(Closed("This client was closed."))
        await self._live.close()
        if log_out:
            with suppress(ParleyError):  # then the session ends by itself
                await self._account.log_out()
        await self._http.close()
        return unsent

    @property
    def user(self) -> User:
        """Who this client is, once it has logged in."""
        if self._user is None:
            raise Closed("This client has not logged in.")
        return self._user

    async def access_token(self) -> str:
        """One that is good for a while, for asking by other means. Raises as `log_in`."""
        return await self._account.token()

    @property
    def is_live(self) -> bool:
        return self._live.is_live and self._live.end is None

    @property
    def cursor(self) -> str | None:
        """To keep for the next run: of the newest event that the listener is done with, which is when it asks for the next."""
        return self._inbox.handled

    @property
    def unsent(self) -> list[SendMessage]:
        """What waits for an answer."""
        return self._outbox.waiting

    # asking

    async def ask(
        self,
        ask: Ask[Q, A],
        request: Q | None = None,
        *,
        timeout_s: float = TIMEOUT_S,
        patience_s: float | None = PATIENCE_S,
    ) -> A:
        """Over the socket once connected; over HTTP before, and what has no socket. What may be repeated is repeated for
        `patience_s` (None: for ever) where no answer came within `timeout_s` or a part was `unavailable`; and everything after
        `rate_limited`. Raises Refused; Unanswered: perhaps done, perhaps not; Ended and Closed."""
        said = ask.request() if request is None else request

        async def once() -> A:
            if self._live.end is not None:
                raise self._live.end
            if self._live.is_started and ask.socket:
                await self._live.until_live(timeout_s)
                return await self._live.ask(ask, said, timeout_s)
            token = None if ask.open else await self._account.token()
            return await self._http.ask(ask, said, token, timeout_s)

        is_named = getattr(said, "request_id", None) is not None  # the same one, the same result
        return await until_answered(once, patience_s, repeatable=ask.repeatable or is_named)

    async def send(
        self,
        text: str,
        *,
        user_id: str | None = None,
        conversation_id: str | None = None,
        reply_to_seq: int | None = None,
        client_message_id: str | None = None,
    ) -> Message:
        """As `post`, and waits until it is sent. Raises what is final: Refused, Ended, Closed."""
        to = types.To(user_id=user_id, conversation_id=conversation_id)
        return await self._post(to, text, reply_to_seq, client_message_id)

    def post(
        self,
        text: str,
        *,
        user_id: str | None = None,
        conversation_id: str | None = None,
        reply_to_seq: int | None = None,
        client_message_id: str | None = None,
    ) -> Sent:
        """Into the outbox: sent once, over however many lost connections, in order for each addressee. Await what is given for
        the message. `client_message_id`: that of an attempt before this run. Raises OutboxFull, Ended, Closed."""
        to = types.To(user_id=user_id, conversation_id=conversation_id)
        return self._post(to, text, reply_to_seq, client_message_id)

    async def answer(self, message: Message, text: str) -> Message:
        """In its conversation, as a reply to it."""
        return await self.send(text, conversation_id=message.conversation_id, reply_to_seq=message.seq)

    async def read(self, message: Message) -> types.ReadAnswer:
        """Everything up to this message."""
        request = types.ReadConversation(conversation_id=message.conversation_id, seq=message.seq)
        return await self.ask(asks.CONVERSATION_READ, request)

    async def edit(self, message: Message, text: str) -> Message:
        request = types.EditMessage(conversation_id=message.conversation_id, seq=message.seq, text=text)
        return (await self.ask(asks.MESSAGE_EDIT, request)).message

    async def delete(self, message: Message) -> Message:
        request = types.DeleteMessage(conversation_id=message.conversation_id, seq=message.seq)
        return (await self.ask(asks.MESSAGE_DELETE, request)).message

    async def watch(self, user_ids: list[str] | str) -> types.Watched:
        """How these people, or "all", are; told from now on, and again after each return."""
        self._live.watched = types.Watch(user_ids=user_ids)
        return await self.ask(asks.PRESENCE_WATCH, self._live.watched)

    # hearing

    async def __aiter__(self) -> AsyncIterator[Event]:
        """Each event once, in the order of the stream, over lost connections: `Lost` and `Ready` stand between. Ends when this
        client is closed; raises Ended where it is over otherwise. One listener at a time."""
        while True:
            try:
                event = await self._inbox.take()
            except Closed:
                return
            yield event

    def on(self, kind: type[E]) -> Callable[[Callable[[E], Awaitable[None]]], Callable[[E], Awaitable[None]]]:
        """`@parley.on(heard.MessageSent)`: awaited by `run` for each of that kind, one after another."""

        def listen(callback: Callable[[E], Awaitable[None]]) -> Callable[[E], Awaitable[None]]:
            self._listeners.append((kind, callback))
            return callback

        return listen

    async def run(self) -> None:
        """Hears until it is over, as iterating does. What a callback raises ends it."""
        async for event in self:
            for kind, callback in self._listeners:
                if isinstance(event, kind):
                    await callback(event)

    def _post(self, to: types.To, text: str, reply_to_seq: int | None, client_message_id: str | None) -> Sent:
        if self._live.end is not None:
            raise self._live.end
        key = client_message_id or secrets.token_urlsafe(16)
        return self._outbox.put(SendMessage(to=to, client_message_id=key, text=text, reply_to_seq=reply_to_seq))

    async def _send(self, request: SendMessage) -> Message:
        return (await self.ask(asks.MESSAGE_SEND, request, patience_s=None)).message


def _account(http: Http, token: str | None, login: str | None, password: str | None) -> Account:
    if token is not None and login is None and password is None:
        return ServiceAccount(http, token)
    if token is None and login is not None and password is not None:
        return PasswordAccount(http, login, password)
    raise ValueError("Say who this is: by `token`, or by `login` and `password`.")
