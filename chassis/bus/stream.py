"""The stream PARLEY: made if absent, with an epoch in its metadata that changes when the stream is made anew."""

import secrets

from nats.js.api import StorageType, StreamConfig
from nats.js.client import JetStreamContext
from nats.js.errors import BadRequestError, NotFoundError

from chassis.settings import Settings

NAME = "PARLEY"
SUBJECTS = "parley.event.>"
EPOCH = "parley-epoch"


async def ensure(js: JetStreamContext, settings: Settings) -> str:
    """Gives the epoch. Several parts may call it at the same time."""
    try:
        return await epoch(js)
    except NotFoundError:
        config = StreamConfig(
            name=NAME,
            subjects=[SUBJECTS],
            storage=StorageType.FILE,
            num_replicas=settings.stream_replicas,
            max_age=settings.stream_max_age_s,
            max_bytes=settings.stream_max_bytes,
            duplicate_window=settings.duplicate_window_s,
            allow_direct=True,
            metadata={EPOCH: secrets.token_hex(6)},
        )
        try:
            await js.add_stream(config)
        except BadRequestError:
            pass  # another part was first, with an epoch of its own
        return await epoch(js)


async def epoch(js: JetStreamContext) -> str:
    info = await js.stream_info(NAME)
    return str((info.config.metadata or {}).get(EPOCH, "0"))


async def look(js: JetStreamContext) -> tuple[str, int]:
    """The epoch and the last sequence. Raises NotFoundError."""
    info = await js.stream_info(NAME)
    return str((info.config.metadata or {}).get(EPOCH, "0")), int(info.state.last_seq)


async def last_seq(js: JetStreamContext) -> int:
    return int((await js.stream_info(NAME)).state.last_seq)
