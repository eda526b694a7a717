"""Dead letters in the stream PARLEY_DEAD: events that were given up, each as it was and with the reason, for ops to see, and
to have taken once more."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime

import msgspec
import nats.errors
from nats.js.api import StorageType, StreamConfig
from nats.js.client import JetStreamContext
from nats.js.errors import BadRequestError, NotFoundError

from chassis.bus.reader import Told
from contracts.permissions import DEAD_STREAM, DEAD_SUBJECTS, dead_subject

KEPT_S = 30 * 24 * 3600
BYTES_MAX = 256 * 1024**2
"""Beyond, the oldest go: a flood of them must not fill the disk that events need."""


class Letter(msgspec.Struct, frozen=True):
    """`place`: in PARLEY_DEAD; `seq`: in PARLEY. `consumer` is empty in letters of before it was noted."""

    place: int
    part: str
    consumer: str
    subject: str
    id: str
    seq: int
    deliveries: int
    reason: str
    told_at: str
    data: bytes

    @property
    def type(self) -> str:
        return ".".join(self.subject.split(".")[2:5])

    def told(self) -> Told:
        """As its part heard it."""
        at_ns = int(datetime.fromisoformat(self.told_at).timestamp() * 1e9) if self.told_at else 0
        return Told(self.seq, self.id, self.type, tuple(self.subject.split(".")[5:]), self.data, at_ns)


async def letter(js: JetStreamContext, place: int, *, or_next: bool = False) -> Letter:
    """The one at this place, or with `or_next` the first from there on. Raises NotFoundError where there is none."""
    subject = DEAD_SUBJECTS if or_next else None
    msg = await js.get_msg(DEAD_STREAM, place, subject, direct=True, next=or_next)
    headers = msg.headers or {}
    return Letter(
        place=int(msg.seq or 0),
        part=(msg.subject or "").split(".")[2],
        consumer=headers.get("Parley-Dead-Consumer", ""),
        subject=headers.get("Parley-Dead-Subject", ""),
        id=headers.get("ce-id") or headers.get("Parley-Dead-Seq", ""),
        seq=int(headers.get("Parley-Dead-Seq", "0")),
        deliveries=int(headers.get("Parley-Dead-Deliveries", "0")),
        reason=headers.get("Parley-Dead-Reason", ""),
        told_at=headers.get("ce-time", ""),
        data=msg.data or b"",
    )


async def letters(js: JetStreamContext) -> AsyncIterator[Letter]:
    """All there are, oldest first; those that come meanwhile, too."""
    place = 1
    while True:
        try:
            found = await letter(js, place, or_next=True)
        except (NotFoundError, nats.errors.NoRespondersError):  # no more, or no stream yet
            return
        yield found
        place = found.place + 1


async def remove(js: JetStreamContext, place: int) -> None:
    """Nothing where there is none."""
    try:
        await js.delete_msg(DEAD_STREAM, place)
    except (NotFoundError, BadRequestError):
        pass


class DeadLetters:
    """`part`: who gives them up."""

    def __init__(self, js: JetStreamContext, part: str, replicas: int) -> None:
        self._js = js
        self.part = part
        self._replicas = replicas

    async def prepare(self) -> None:
        """Makes the stream if it is not there."""
        try:
            await self._js.stream_info(DEAD_STREAM)
        except NotFoundError:
            config = StreamConfig(
                name=DEAD_STREAM,
                subjects=[DEAD_SUBJECTS],
                storage=StorageType.FILE,
                num_replicas=self._replicas,
                max_age=KEPT_S,
                max_bytes=BYTES_MAX,
                allow_direct=True,
            )
            try:
                await self._js.add_stream(config)
            except BadRequestError:
                pass  # another part was first, with limits of its own

    async def keep(
        self,
        subject: str,
        headers: Mapping[str, str],
        data: bytes,
        *,
        seq: int,
        deliveries: int,
        reason: str,
        consumer: str,
    ) -> None:
        """Returns once the stream has it; raises nats.errors.Error or TimeoutError, and may then be called again.
        `seq`: its place in PARLEY; `consumer`: whose it was, of several that a part may have."""
        more = {
            "Nats-Msg-Id": f"{consumer}.{seq}",
            "Parley-Dead-Subject": subject,
            "Parley-Dead-Seq": str(seq),
            "Parley-Dead-Deliveries": str(deliveries),
            "Parley-Dead-Reason": reason,
            "Parley-Dead-Consumer": consumer,
        }
        told = {name: value for name, value in headers.items() if not name.startswith("Nats-")}
        await self._js.publish(dead_subject(self.part, subject), data, headers=told | more, stream=DEAD_STREAM)
