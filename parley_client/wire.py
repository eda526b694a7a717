"""The kinds of things that the contract in `contract/` is made of."""

from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec

Q = TypeVar("Q", bound="Wire")
A = TypeVar("A", bound="Wire")


class Wire(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whatever crosses the wire. A field that is unknown here is ignored, one that is absent is absent, never null."""


@dataclass(frozen=True)
class Route:
    """Where an ask is over HTTP, below /api/v1."""

    method: str
    path: str


@dataclass(frozen=True)
class Ask(Generic[Q, A]):
    """A question and its answer. `repeatable`: asked twice it is done once. `open`: without a credential."""

    name: str
    request: type[Q]
    answer: type[A]
    route: Route | None = None
    socket: bool = True
    repeatable: bool = True
    open: bool = False


@dataclass(frozen=True)
class Ending:
    """A way in which a connection ends. `returns`: coming back is of use. `warned`: a `connection.warning` goes before it."""

    code: str
    message: str
    returns: bool
    warned: bool
