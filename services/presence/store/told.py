"""What was last told of each person, read back from the stream: it remembers what Redis may lose."""

import msgspec
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from chassis import log
from chassis.bus import Bus
from chassis.bus.stream import NAME as STREAM
from contracts.presence import (
    CONNECTION_LOST,
    CONNECTION_RESTORED,
    USER_CHANGED,
    ConnectionLost,
    ConnectionRestored,
    PresenceChanged,
)
from contracts.table import Event
from services.presence.domain.people import Person, Remembered, milliseconds, person_of

AT_ONCE = 500
FETCH_S = 2.0
SUBJECTS = [f"{event.prefix}.>" for event in (USER_CHANGED, CONNECTION_LOST, CONNECTION_RESTORED)]
_person = msgspec.json.Decoder(PresenceChanged).decode
_lost = msgspec.json.Decoder(ConnectionLost).decode
_restored = msgspec.json.Decoder(ConnectionRestored).decode


class ToldPeople:
    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def last(self) -> Remembered:
        config = ConsumerConfig(
            filter_subjects=SUBJECTS,
            deliver_policy=DeliverPolicy.LAST_PER_SUBJECT,
            ack_policy=AckPolicy.NONE,
            inactive_threshold=30.0,
            mem_storage=True,
        )
        consumer = await self._bus.js.add_consumer(STREAM, config)
        subscription = await self._bus.js.pull_subscribe_bind(consumer.name, stream=STREAM)
        last = _Last()
        try:
            left = (await subscription.consumer_info()).num_pending or 0
            while left:
                for msg in await subscription.fetch(min(left, AT_ONCE), timeout=FETCH_S):
                    left = msg.metadata.num_pending
                    try:
                        last.take(msg.subject, msg.data)
                    except ValueError:  # which msgspec's errors are, too
                        log.get().warning("event.not_understood", seq=msg.metadata.sequence.stream)
        finally:
            await subscription.unsubscribe()
        return last.remembered()


class _Last:
    """Of what was told of a connection the two may have come in either order: each says which loss it is about."""

    def __init__(self) -> None:
        self._people: dict[str, Person] = {}
        self._lost: dict[str, int] = {}
        self._restored: dict[str, int] = {}

    def take(self, subject: str, data: bytes) -> None:
        """Raises ValueError."""
        if _is(USER_CHANGED, subject):
            told = _person(data)
            self._people[told.person.user_id] = person_of(told.person, told.chosen)
        elif _is(CONNECTION_LOST, subject):
            lost = _lost(data)
            self._lost[lost.user_id] = milliseconds(lost.lost_at) or 0
        else:
            restored = _restored(data)
            self._restored[restored.user_id] = milliseconds(restored.lost_at) or 0

    def remembered(self) -> Remembered:
        lost = {user_id: at for user_id, at in self._lost.items() if at > self._restored.get(user_id, 0)}
        return Remembered(list(self._people.values()), lost)


def _is(event: Event, subject: str) -> bool:
    return subject.startswith(f"{event.prefix}.")
