"""The first admin: made by whoever operates the cluster, while there is nobody to ask."""

from typing import Any, Protocol

from contracts.refusals import Refused


class FirstAdmin(Protocol):
    async def claim(self, transaction: Any) -> None:
        """To be awaited in the transaction that adds an admin, before it does. Raises Refused `conflict` where an admin is
        enabled, also to all but one of those who claim at the same time."""
        ...


def not_the_first() -> Refused:
    return Refused("conflict", "An admin is there already: further people are made by them.")
