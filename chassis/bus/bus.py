"""One connection to NATS, and what nats-py does by itself put right once: endless reconnects, quick detection of a dead
peer, asks answered concurrently and drained on stop, unexpected errors answered as `internal` without detail."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NoReturn

import msgspec
import nats.errors
import nats.js.errors
from nats.aio.client import Client

from chassis import log
from chassis.bus import asking, stream
from chassis.bus.answering import Answering, Handler
from chassis.bus.asker import PARLEY, Asker
from chassis.bus.asking import ASK_S
from chassis.bus.events import Fact
from chassis.bus.outside import Outside, TellOutside
from chassis.bus.reader import Reader, Told
from chassis.bus.replaying import Hearer, ReplayParked
from chassis.settings import Settings
from chassis.tasks import Tasks
from contracts.table import Ask

PUBLISH_S = 3.0
WATCH_S = 2.0
STALLED_TIMES = 5
SERVED_MAX = 200
"""At a time; beyond, whoever asks hears nothing."""
_encode = msgspec.json.Encoder().encode


class FeedBroken(Exception):
    """The stream was lost, or restored to another state, so that positions in the old one mean nothing now; or it goes on
    and is not heard."""


class Bus:
    """`state`: what the process tells of itself to who asks after it, by name; looked at when it is asked."""

    def __init__(self, client: Client, part: str, instance: str = "") -> None:
        self._nc = client
        self._part = part
        self._serving = Tasks()
        self.state: dict[str, Callable[[], Any]] = {"epoch": lambda: self.epoch}
        self._answering = Answering(client, part, instance or part, self.state)
        self._part = part
        self._readers: list[Reader] = []
        self.hearers: list[Hearer] = []
        self.js = client.jetstream(timeout=PUBLISH_S)
        self.epoch = ""
        self._is_leaving = False

    @classmethod
    async def connect(cls, settings: Settings, part: str) -> "Bus":
        """Waits for NATS as long as it takes, and makes the stream if it is not there."""

        async def on_error(error: Exception) -> None:
            log.get().warning("nats.error", kind=type(error).__name__)

        async def on_disconnect() -> None:
            if not client.is_closed:
                log.get().warning("nats.disconnected")

        async def on_reconnect() -> None:
            log.get().info("nats.reconnected")

        client = Client()
        await client.connect(
            settings.nats_url,
            name=settings.instance,
            user=settings.nats_user,
            password=settings.nats_password,
            inbox_prefix=f"_INBOX_{settings.nats_user}".encode(),
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.2,  # type: ignore[arg-type]  # seconds; a fraction works
            connect_timeout=2,
            ping_interval=2,
            max_outstanding_pings=2,
            pending_size=16 * 1024 * 1024,
            allow_reconnect=True,
            error_cb=on_error,
            disconnected_cb=on_disconnect,
            reconnected_cb=on_reconnect,
        )
        bus = cls(client, part, settings.instance)
        try:
            bus.epoch = await stream.ensure(bus.js, settings)
        except BaseException:
            await client.close()
            raise
        return bus

    @property
    def is_connected(self) -> bool:
        return bool(self._nc.is_connected)

    @property
    def is_closed(self) -> bool:
        return bool(self._nc.is_closed)

    @property
    def is_lost(self) -> bool:
        """It is not connected and will never be again, though nobody closed it here. nats-py gives up at nearly all that a
        server can object to, such as a user that it does not know any more; and at what nobody thought of, silently."""
        if self._is_leaving or self._nc.is_connected:
            return False
        trying = self._nc._reconnection_task
        return bool(self._nc.is_closed or (trying is not None and trying.done()))

    async def ask(self, ask: Ask, request: Any, asker: Asker = PARLEY, timeout_s: float = ASK_S) -> Any:
        """The answer, of the ask's type. Raises Refused; `unavailable` when nobody answered in time."""
        reply = await self.ask_raw(ask, _encode(request), asker, timeout_s)
        return msgspec.json.decode(reply, type=ask.answer)

    async def ask_raw(self, ask: Ask, data: bytes, asker: Asker, timeout_s: float = ASK_S) -> bytes:
        """As `ask`, with the JSON as it is: what a door hands through need not be decoded."""
        return await asking.ask(self._nc, ask, data, asker, timeout_s)

    async def answer(self, handlers: Mapping[str, Handler]) -> None:
        """Answers the asks named, which may be none, and who asks after its `state`, as one NATS micro service of this part.
        Handlers run concurrently. Who hears events takes those it gave up once more when it is asked to."""
        if self.hearers:
            replay = ReplayParked(self.js, self._part, self.hearers)
            handlers = {**handlers, f"{self._part}.replay_parked": replay}
        await self._answering.start(handlers)

    async def serve(self, subject: str, answer: Callable[[bytes], Awaitable[bytes | None]]) -> None:
        """Answers what is no ask of the contracts, as one of all replicas of this part; what fails is not answered."""

        async def work(msg: Any) -> None:
            try:
                said = await answer(msg.data)
                if said is not None:
                    await msg.respond(said)
            except Exception as error:
                log.get().error("serve.failed", subject=subject, kind=type(error).__name__)

        async def on_message(msg: Any) -> None:
            if len(self._serving) < SERVED_MAX:
                self._serving.brief(subject, work(msg))

        await self._nc.subscribe(subject, queue=self._part, cb=on_message)

    async def tell(self, fact: Fact) -> None:
        """Into the stream, once per id within the duplicate window. Raises unless the stream has it."""
        await self.js.publish(fact.subject, fact.data, headers=fact.headers(), timeout=PUBLISH_S, stream=stream.NAME)

    async def was_told_last(self, fact: Fact) -> bool:
        """Whether the newest event under the fact's subject is this one: known however long ago it was told."""
        try:
            newest = await self.js.get_last_msg(stream.NAME, fact.subject, direct=True)
        except nats.js.errors.NotFoundError:
            return False
        return (newest.headers or {}).get("Nats-Msg-Id") == fact.id

    async def read(
        self, hear: Callable[[Told], None], *, after: int | None = None, subject: str = stream.SUBJECTS
    ) -> Reader:
        reader = Reader(self.js, hear, subject)
        await reader.start(after)
        self._readers.append(reader)
        return reader

    async def last_seq(self) -> int:
        return await stream.last_seq(self.js)

    async def first_seq(self) -> int:
        return int((await self.js.stream_info(stream.NAME)).state.first_seq)

    async def tell_outside(self, outside: Outside, change: Callable[[str, bytes], bytes]) -> NoReturn:
        """See TellOutside."""
        await TellOutside(self._nc, outside, change).tell_always()

    async def prepare_outside(self, outside: Outside) -> None:
        """Makes its streams, and tells nothing."""
        await TellOutside(self._nc, outside).prepare()

    async def keep_limits(self, settings: Settings) -> None:
        """The stream has those of the settings from then on, whoever made it."""
        await stream.keep_limits(self.js, settings)

    async def watch_stream(self) -> None:
        """Raises FeedBroken when the stream is not the one it was, a reader of all of it stands still, or the connection is
        lost for good: the process must start anew, from its beginning."""
        stalls: dict[Reader, tuple[int, int]] = {}
        while True:
            await asyncio.sleep(WATCH_S)
            if self.is_lost:
                raise FeedBroken("the connection to NATS is lost for good")
            if not self.is_connected:
                continue
            self._readers = [reader for reader in self._readers if not reader.is_stopped]
            reached = max((reader.position for reader in self._readers), default=0)
            try:
                epoch, last_seq = await stream.look(self.js)
            except nats.js.errors.NotFoundError:
                raise FeedBroken("the stream is gone") from None
            except (nats.errors.Error, TimeoutError):
                continue
            if epoch != self.epoch or last_seq < reached:
                raise FeedBroken("the stream is another, or was set back")
            before, stalls = stalls, {}
            for reader in self._readers:
                position, times = before.get(reader, (-1, 0))
                times = times + 1 if position == reader.position < last_seq else 0
                stalls[reader] = (reader.position, times)
                if reader.is_of_all and times >= STALLED_TIMES:
                    raise FeedBroken("a reader stands still")

    async def whisper(self, subject: str, data: bytes) -> None:
        """Ephemeral: at most once, to whoever listens now."""
        await self._nc.publish(subject, data)

    async def overhear(self, subject: str, hear: Callable[[bytes], None]) -> None:
        async def on_message(msg: Any) -> None:
            hear(msg.data)

        await self._nc.subscribe(subject, cb=on_message)

    async def stop_answering(self, timeout_s: float = 4.0) -> None:
        """Takes no more asks and answers every one it was given: others in the queue group have the rest."""
        await self._answering.stop(timeout_s)
        await self._serving.drain(timeout_s)

    async def drain(self, timeout_s: float = 4.0) -> None:
        """Answers what it was asked, sends what it has to say, then closes the connection."""
        self._is_leaving = not self.is_lost
        await self.stop_answering(timeout_s)
        with contextlib.suppress(nats.errors.Error, TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._nc.flush()
        try:
            async with asyncio.timeout(timeout_s):
                await self._nc.close()
        except TimeoutError:
            log.get().error("nats.not_closed")
