"""Several changes that happen all or not at all."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Together(Protocol):
    """What `work` remembers through the transaction it is given is remembered whole, durably, or not at all, and told only
    then. `work` may be called several times and must do nothing else. Raises what `work` raises."""

    async def __call__(self, work: Callable[[Any], Awaitable[T]]) -> T: ...
