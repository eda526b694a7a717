"""What the stream was told lately: for a gateway that starts, of facts that hold for as long as an access token lives."""

import time
from collections.abc import Callable
from typing import Any

import msgspec
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from chassis import log
from chassis.bus import Bus
from contracts.permissions import STREAM
from contracts.table import Event

FETCH = 500
MARGIN_S = 60.0
"""The stream's clock is not ours."""


async def read_lately(bus: Bus, event: Event, span_s: float, hear: Callable[[Any], None]) -> None:
    """Calls `hear` with the body of every such event of the last `span_s`, in stream order."""
    since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - span_s - MARGIN_S))
    subject = f"{event.prefix}.>"
    config = ConsumerConfig(
        deliver_policy=DeliverPolicy.BY_START_TIME,
        opt_start_time=since,  # type: ignore[arg-type]
        ack_policy=AckPolicy.NONE,
        inactive_threshold=10.0,
        filter_subject=subject,
        mem_storage=True,
    )
    subscription = await bus.js.pull_subscribe(subject, stream=STREAM, config=config)
    decode = msgspec.json.Decoder(event.body).decode
    try:
        pending = (await subscription.consumer_info()).num_pending or 0
        while pending > 0:
            messages = await subscription.fetch(min(FETCH, pending), timeout=2)
            pending -= len(messages)
            for message in messages:
                try:
                    hear(decode(message.data))
                except msgspec.DecodeError:
                    log.get().error("event.not_understood", type=event.name)
    finally:
        await subscription.unsubscribe()
