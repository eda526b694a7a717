"""A connection for a command: it asks, and goes. It tells nothing, and does not wait for a server that is away."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import nats.errors
from nats.aio.client import Client

from chassis.bus import asking
from chassis.bus.asker import PARLEY
from chassis.bus.asking import ASK_S
from chassis.settings import Settings
from contracts.table import Ask

CONNECT_S = 5.0
"""nats-py would try an address that refuses some sixty times."""
CLOSE_S = 2.0
QUIET_S = 1.0
JS_S = 3.0
NO_RESPONDERS = "503"


class NotReached(Exception):
    """NATS is not there, or does not admit this user: the text is a sentence that says which."""


class Caller:
    """`js`: the streams, as far as this user may look at them. `closed`: the connection is lost, for good."""

    def __init__(self, client: Client, closed: asyncio.Event) -> None:
        self._nc = client
        self.closed = closed
        self.js = client.jetstream(timeout=JS_S)

    async def ask(self, ask: Ask, request: Any, timeout_s: float = ASK_S) -> Any:
        """As `Bus.ask`, as a part of Parley. Raises Refused; `unavailable` when nobody answered in time."""
        reply = await asking.ask(self._nc, ask, msgspec.json.encode(request), PARLEY, timeout_s)
        return msgspec.json.decode(reply, type=ask.answer)

    async def survey(self, subject: str, quiet_s: float = QUIET_S) -> list[bytes]:
        """What everyone says who hears it: all that comes until nobody has said anything for so long."""
        said: list[bytes] = []
        inbox = self._nc.new_inbox()
        subscription = await self._nc.subscribe(inbox)
        await self._nc.publish(subject, b"", reply=inbox)
        with contextlib.suppress(nats.errors.TimeoutError):
            while True:
                msg = await subscription.next_msg(timeout=quiet_s)
                if (msg.headers or {}).get("Status") != NO_RESPONDERS:
                    said.append(bytes(msg.data))
        await subscription.unsubscribe()
        return said


@contextlib.asynccontextmanager
async def calling(settings: Settings) -> AsyncIterator[Caller]:
    """Raises NotReached."""

    met: list[Exception] = []

    async def on_error(error: Exception) -> None:
        met.append(error)

    async def on_closed() -> None:
        closed.set()

    client, closed = Client(), asyncio.Event()
    try:
        try:
            async with asyncio.timeout(CONNECT_S):
                await client.connect(
                    settings.nats_url,
                    name=settings.instance,
                    user=settings.nats_user,
                    password=settings.nats_password,
                    inbox_prefix=f"_INBOX_{settings.nats_user}".encode(),
                    connect_timeout=2,
                    allow_reconnect=False,
                    ping_interval=2,
                    max_outstanding_pings=2,
                    error_cb=on_error,
                    closed_cb=on_closed,
                )
        except (OSError, nats.errors.Error, ValueError) as error:
            raise NotReached(_sentence(met[-1] if met else error, settings.nats_user)) from None
        yield Caller(client, closed)
    finally:
        with contextlib.suppress(nats.errors.Error, TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                await client.close()


def _sentence(error: Exception, user: str) -> str:
    if "authorization" in str(error).lower():
        return f"NATS does not admit the user {user} with this password."
    why = error.strerror if isinstance(error, OSError) else None
    return f"NATS cannot be reached: {why or type(error).__name__}."
