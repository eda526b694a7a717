"""Dead letters in the stream PARLEY_DEAD: events that were given up, each as it was and with the reason, for ops to see."""

from collections.abc import Mapping

from nats.js.api import StorageType, StreamConfig
from nats.js.client import JetStreamContext
from nats.js.errors import BadRequestError, NotFoundError

from contracts.permissions import DEAD_STREAM, DEAD_SUBJECTS, dead_subject

KEPT_S = 30 * 24 * 3600
BYTES_MAX = 256 * 1024**2
"""Beyond, the oldest go: a flood of them must not fill the disk that events need."""


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
        self, subject: str, headers: Mapping[str, str], data: bytes, *, seq: int, deliveries: int, reason: str
    ) -> None:
        """Returns once the stream has it; raises nats.errors.Error or TimeoutError, and may then be called again.
        `seq`: its place in PARLEY."""
        more = {
            "Nats-Msg-Id": f"{self.part}.{seq}",
            "Parley-Dead-Subject": subject,
            "Parley-Dead-Seq": str(seq),
            "Parley-Dead-Deliveries": str(deliveries),
            "Parley-Dead-Reason": reason,
        }
        told = {name: value for name, value in headers.items() if not name.startswith("Nats-")}
        await self._js.publish(dead_subject(self.part, subject), data, headers=told | more, stream=DEAD_STREAM)
