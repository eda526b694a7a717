"""Sessions that ended while their access tokens still live: refused at both doors, on every gateway."""

import time

import msgspec
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from chassis import log
from chassis.bus import Bus
from contracts.auth import SESSION_ENDED, SessionEnded
from contracts.permissions import STREAM

FETCH = 500


class EndedSessions:
    def __init__(self, token_s: int) -> None:
        self._token_s = token_s
        self._ended: dict[str, float] = {}

    def __contains__(self, session_id: str) -> bool:
        return session_id in self._ended

    def note(self, session_id: str) -> None:
        now = time.time()
        self._ended[session_id] = now
        if len(self._ended) % 1000 == 0:
            self._ended = {one: at for one, at in self._ended.items() if at > now - self._token_s}

    async def read_back(self, bus: Bus) -> None:
        """Whatever ended during the life of an access token, before this gateway listened."""
        since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - self._token_s))
        subject = f"{SESSION_ENDED.prefix}.>"
        config = ConsumerConfig(
            deliver_policy=DeliverPolicy.BY_START_TIME,
            opt_start_time=since,  # type: ignore[arg-type]
            ack_policy=AckPolicy.NONE,
            inactive_threshold=10.0,
            filter_subject=subject,
            mem_storage=True,
        )
        subscription = await bus.js.pull_subscribe(subject, stream=STREAM, config=config)
        decode = msgspec.json.Decoder(SessionEnded).decode
        try:
            pending = (await subscription.consumer_info()).num_pending or 0
            while pending > 0:
                messages = await subscription.fetch(min(FETCH, pending), timeout=2)
                pending -= len(messages)
                for message in messages:
                    try:
                        self.note(decode(message.data).session_id)
                    except msgspec.DecodeError:
                        log.get().error("event.not_understood", type=SESSION_ENDED.name)
        finally:
            await subscription.unsubscribe()
