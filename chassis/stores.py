"""Connections to MongoDB and Redis with bounds on every wait: a store that is away is known within 3 seconds."""

from typing import Any, Protocol

import redis.asyncio
import redis.exceptions
from pymongo import AsyncMongoClient
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import ConnectionFailure, ExecutionTimeout, OperationFailure, PyMongoError, WaitQueueTimeoutError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff

from chassis.settings import Settings

WAIT_MS = 3_000
_OTHER_OPTIONS = 85
"""IndexOptionsConflict, of MongoDB."""
MAJORITY = ReadConcern("majority")
SOON = WriteConcern(w=1)
"""For what may be done twice: clearing an outbox."""


class StoreAway(Exception):
    """The store is away, or it is not known whether it remembered: the same again, later, is right. Says the kind."""


class MongoSettings(Settings, frozen=True, kw_only=True):
    mongo_url: str
    mongo_database: str = "parley"


class RedisSettings(Protocol):
    """What a service that needs Redis has among its settings."""

    @property
    def instance(self) -> str: ...

    @property
    def redis_url(self) -> str: ...


def mongo(settings: MongoSettings) -> AsyncDatabase[dict[str, Any]]:
    """Writes are majority and journaled before they are answered."""
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(
        settings.mongo_url,
        timeoutMS=WAIT_MS,
        serverSelectionTimeoutMS=WAIT_MS,
        retryWrites=True,
        w="majority",
        journal=True,
        tz_aware=True,
        appname=settings.instance,
    )
    return client[settings.mongo_database]


async def expire(collection: AsyncCollection[dict[str, Any]], field: str, after_s: int, *, name: str) -> None:
    """Documents go by themselves so long after the time in `field`, whatever time an index of that name had before."""
    try:
        await collection.create_index(field, name=name, expireAfterSeconds=after_s)
    except OperationFailure as error:
        if error.code != _OTHER_OPTIONS:
            raise
        index = {"name": name, "expireAfterSeconds": after_s}
        await collection.database.command("collMod", collection.name, index=index)


def open_redis(settings: RedisSettings) -> "redis.asyncio.Redis":
    return redis.asyncio.Redis.from_url(
        settings.redis_url,
        socket_timeout=2,
        socket_connect_timeout=2,
        retry=Retry(ConstantBackoff(0.05), 1),
        health_check_interval=5,
        client_name=settings.instance,
    )


def is_away(error: BaseException) -> bool:
    """Whether a store's driver says that the store could not be reached in time or is changing its primary, rather than
    that it refused what it was asked."""
    if isinstance(error, PyMongoError):
        return (
            isinstance(error, ConnectionFailure | ExecutionTimeout | WaitQueueTimeoutError)
            or error.timeout
            or error.has_error_label("RetryableWriteError")
        )
    return isinstance(
        error,
        redis.exceptions.ConnectionError
        | redis.exceptions.TimeoutError
        | redis.exceptions.ReadOnlyError
        | redis.exceptions.OutOfMemoryError,
    )
