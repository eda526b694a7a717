"""The stream PARLEY: made if absent, with an epoch in its metadata that changes when the stream is made anew."""

import secrets
from dataclasses import replace
from typing import Any

from nats.js.api import StorageType, StreamConfig
from nats.js.client import JetStreamContext
from nats.js.errors import BadRequestError, NotFoundError

from chassis import log
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
            allow_direct=True,
            metadata={EPOCH: secrets.token_hex(6)},
            **_limits(settings),
        )
        try:
            await js.add_stream(config)
        except BadRequestError as refused:
            try:
                return await epoch(js)  # another part was first, with an epoch of its own
            except NotFoundError:
                raise refused from None
        return await epoch(js)


async def keep_limits(js: JetStreamContext, settings: Settings) -> None:
    """Changes nothing else, and not even that where they are so already. Raises NotFoundError."""
    config = (await js.stream_info(NAME)).config
    wanted = replace(config, **_limits(settings))
    if wanted != config:
        await js.update_stream(wanted)
        log.get().info("stream.limits_changed", **_limits(settings))


def _limits(settings: Settings) -> dict[str, Any]:
    return {
        "num_replicas": settings.stream_replicas,
        "max_age": settings.stream_max_age_s,
        "max_bytes": settings.stream_max_bytes,
        "duplicate_window": settings.duplicate_window_s,
    }


async def epoch(js: JetStreamContext) -> str:
    info = await js.stream_info(NAME)
    return str((info.config.metadata or {}).get(EPOCH, "0"))


async def look(js: JetStreamContext) -> tuple[str, int]:
    """The epoch and the last sequence. Raises NotFoundError."""
    info = await js.stream_info(NAME)
    return str((info.config.metadata or {}).get(EPOCH, "0")), int(info.state.last_seq)


async def last_seq(js: JetStreamContext) -> int:
    return int((await js.stream_info(NAME)).state.last_seq)
