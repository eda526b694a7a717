"""Reading the stream in order: one ordered consumer, everything once, no gap, from the position last handled."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from chassis import log
from chassis.bus import stream
from chassis.clock import monotonic

HEARTBEAT_S = 1.0
TURN_S = 0.005
"""So long a backlog is handed over at a stretch; then others have their turn."""


class Told(msgspec.Struct, frozen=True):
    """One event of the stream. `seq` is its place there; `id` what repeats are known by; `name` e.g. auth.user.created."""

    seq: int
    id: str
    name: str
    keys: tuple[str, ...]
    data: bytes
    at_ns: int


def told_of(msg: Msg) -> Told:
    metadata = msg.metadata
    seq = metadata.sequence.stream
    owner, noun, participle, *keys = msg.subject.split(".")[2:]
    return Told(
        seq,
        (msg.headers or {}).get("ce-id", str(seq)),
        f"{owner}.{noun}.{participle}",
        tuple(keys),
        msg.data,
        int(metadata.timestamp.timestamp() * 1e9),
    )


class Reader:
    """Calls `hear` for each event after `position`, in stream order, from one task; `hear` must not wait.

    A repeat (same stream sequence, after a reset of the consumer) is dropped here; a repeat under another sequence has
    the same id and is the hearer's to drop.
    """

    def __init__(self, js: Any, hear: Callable[[Told], None], subject: str = stream.SUBJECTS) -> None:
        self._js = js
        self._hear = hear
        self._subject = subject
        self._subscription: Any = None
        self._turn_at = 0.0
        self.position = 0
        self.is_of_all = subject == stream.SUBJECTS
        self.is_stopped = False

    async def start(self, after: int | None = None) -> None:
        """`after` a stream sequence; None: only what comes from now on."""
        self.position = await stream.last_seq(self._js) if after is None else after
        config = ConsumerConfig(
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=self.position + 1,
            ack_policy=AckPolicy.NONE,
            inactive_threshold=30.0,
            mem_storage=True,
        )
        self._subscription = await self._js.subscribe(
            self._subject,
            stream=stream.NAME,
            cb=self._on_message,
            ordered_consumer=True,
            config=config,
            idle_heartbeat=HEARTBEAT_S,
            pending_msgs_limit=-1,
            pending_bytes_limit=-1,
        )

    async def stop(self) -> None:
        self.is_stopped = True
        if self._subscription is not None:
            await self._subscription.unsubscribe()

    async def _on_message(self, msg: Msg) -> None:
        seq = msg.metadata.sequence.stream
        if seq <= self.position:
            return
        told = told_of(msg)
        try:
            self._hear(told)
        except Exception:
            log.get().exception("event.not_understood", seq=seq, type=told.name)
        self.position = seq
        if monotonic() > self._turn_at + TURN_S:
            await asyncio.sleep(0)
            self._turn_at = monotonic()
