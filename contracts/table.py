"""The kinds of things that can be said, and where their subjects are. Each speaker's file declares its rows with these."""

from dataclasses import dataclass
from typing import Any

import msgspec

from contracts.limits import is_id

EVERYONE = ("agent", "user", "admin")
LEADERS = ("user", "admin")
ADMINS = ("admin",)
NOBODY: tuple[str, ...] = ()
"""Asked by parts of Parley only, never on behalf of a client."""


class Wire(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whatever crosses a wire. Unknown fields are ignored when listening; absent fields are absent, never null."""


class Nothing(Wire, frozen=True):
    """Nothing to say."""


@dataclass(frozen=True)
class Route:
    """The HTTP door of an ask. `path` is below /api/v1; `status` is that of success. `file`: the field that may be the body
    itself; then the other fields are in the query."""

    method: str
    path: str
    status: int = 200
    file: str | None = None


@dataclass(frozen=True)
class Ask:
    """One question with one answer. Delivered at most once unless `idempotent`: then tried again on another replica.

    `roles`: who may ask it through a gateway. `askers`: the parts that may publish it. `open`: without a credential.
    `socket`: whether the Socket.IO door has it. `refusals`: codes of its own, beside those of `contracts.refusals.codes_of`.
    `about`: what it is for, where the docstring of its request does not say that. `services`: whether service accounts may,
    too, where their role may. `reading`: it changes nothing, though it has no GET.
    """

    name: str
    owner: str
    request: type[Any]
    answer: type[Any]
    roles: tuple[str, ...] = EVERYONE
    route: Route | None = None
    socket: bool = True
    idempotent: bool = True
    open: bool = False
    askers: tuple[str, ...] = ("gateway",)
    refusals: tuple[str, ...] = ()
    about: str = ""
    services: bool = True
    reading: bool = False

    @property
    def reads(self) -> bool:
        """Whether a token for reading alone is enough."""
        return self.reading or (self.route is not None and self.route.method == "GET")

    @property
    def subject(self) -> str:
        return f"parley.ask.{self.owner}.{self.name}"

    def subject_at(self, replica: str) -> str:
        """Where one replica of the owner alone is asked."""
        return f"parley.at.{self.owner}.{replica}.{self.name}"


@dataclass(frozen=True)
class Event:
    """A durable fact. Told at least once under one id; `keys` are the ids that end its subject, in order. For whoever listens:
    `when` it is told, what its `id` is made of, and by which `order` of two the newer is known."""

    name: str
    owner: str
    body: type[Any]
    keys: tuple[str, ...]
    when: str
    id: str
    order: str

    @property
    def prefix(self) -> str:
        return f"parley.event.{self.owner}.{self.name}"

    def subject(self, *keys: str) -> str:
        """Raises ValueError for a key that is no id: it must never reach a subject."""
        if len(keys) != len(self.keys) or not all(map(is_id, keys)):
            raise ValueError(f"not the keys of {self.name}")
        return ".".join((self.prefix, *keys))


@dataclass(frozen=True)
class Push:
    """What a client is told over Socket.IO. `durable`: it carries a cursor and is made up for after a return. `about`: when it
    comes."""

    name: str
    body: type[Any]
    durable: bool
    about: str = ""
