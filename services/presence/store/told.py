"""What was last told of each person, read back from the stream: it remembers what Redis may lose."""

import msgspec
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from chassis import log
from chassis.bus import Bus
from chassis.bus.stream import NAME as STREAM
from contracts.presence import USER_CHANGED, PresenceChanged
from services.presence.domain.people import Person, person_of

AT_ONCE = 500
FETCH_S = 2.0
_decode = msgspec.json.Decoder(PresenceChanged).decode


class ToldPeople:
    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def last(self) -> list[Person]:
        config = ConsumerConfig(
            deliver_policy=DeliverPolicy.LAST_PER_SUBJECT,
            ack_policy=AckPolicy.NONE,
            inactive_threshold=30.0,
            mem_storage=True,
        )
        subscription = await self._bus.js.pull_subscribe(f"{USER_CHANGED.prefix}.>", stream=STREAM, config=config)
        people: dict[str, Person] = {}
        try:
            left = (await subscription.consumer_info()).num_pending or 0
            while left:
                for msg in await subscription.fetch(min(left, AT_ONCE), timeout=FETCH_S):
                    left = msg.metadata.num_pending
                    try:
                        person = person_of(_decode(msg.data).person)
                    except ValueError:  # which msgspec's errors are, too
                        log.get().warning("event.not_understood", seq=msg.metadata.sequence.stream)
                        continue
                    people[person.user_id] = person
        finally:
            await subscription.unsubscribe()
        return list(people.values())
