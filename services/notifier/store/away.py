"""What a driver raises for a MongoDB that is away, as StoreAway."""

from collections.abc import Iterator
from contextlib import contextmanager

from pymongo.errors import PyMongoError

from chassis.stores import StoreAway, is_away


@contextmanager
def away() -> Iterator[None]:
    try:
        yield
    except PyMongoError as error:
        if is_away(error):
            raise StoreAway(type(error).__name__) from error
        raise
