"""Presence: who is here. Leases that gateways hold for sessions, and what follows from them."""

from typing import Annotated

from contracts.fields import Choosable, Note, Seen, noted
from contracts.table import NOBODY, Ask, Event, Nothing, Route, Wire
from contracts.things import PersonPresence

PEOPLE_MAX = 2_000
"""In one answer: below half a megabyte, half of what a NATS message may carry."""
PeoplePage = Annotated[int, noted(minimum=1, maximum=PEOPLE_MAX)]


class Lease(Wire, frozen=True):
    lease_id: str
    user_id: str
    session_id: str


class OpenLeases(Wire, frozen=True):
    """Opens or renews, all in one: renewing what ran out opens it again, what was closed stays so. At most 500."""

    leases: list[Lease]


class Opened(Wire, frozen=True):
    """`last_endings`: by session, why its previous socket was closed, told once. `touch_s`: how often it is enough to tell of
    somebody that they are active."""

    lease_s: float
    last_endings: dict[str, str]
    touch_s: float = 10.0


class ClosedLease(Wire, frozen=True):
    """`clean`: gone at once; `moving`: it runs out by itself; otherwise it lives on for the grace. `ending`: kept for the
    session's next socket."""

    lease_id: str
    user_id: str
    session_id: str
    clean: bool
    moving: bool = False
    ending: str | None = None


class CloseLeases(Wire, frozen=True):
    leases: list[ClosedLease]


class ListPresence(Wire, frozen=True):
    """Absent `user_ids`: everyone who is not offline, at most `limit` (2,000) from `cursor`, that of the page before."""

    user_ids: Seen | None = None
    limit: PeoplePage | None = None
    cursor: str | None = None


class People(Wire, frozen=True):
    people: list[PersonPresence]
    next_cursor: str | None = None


class ListAbsent(Wire, frozen=True):
    """At most 2,000."""

    user_ids: list[str]


class Absence(Wire, frozen=True):
    """Of somebody without a live session. `do_not_disturb`: they had chosen so, until `until` where that is given."""

    user_id: str
    last_seen_at: str | None = None
    do_not_disturb: bool = False
    until: str | None = None


class Absences(Wire, frozen=True):
    """Those who are not here, in the order asked."""

    absent: list[Absence]


class SetPresence(Wire, frozen=True):
    """What one shows of oneself, in place of what was set before. `status`: online (as it is: online while active, else
    away), away or do_not_disturb, until `status_until` where that is given. `note` at most 140 characters, until `note_until`."""

    status: Choosable
    status_until: str | None = None
    note: Note | None = None
    note_until: str | None = None


class ActivePeople(Wire, frozen=True):
    """People who did something within the last seconds, at any device of theirs. At most 500."""

    user_ids: list[str]


class Chosen(Wire, frozen=True):
    """What a person has set, shown while they are here: kept for their return."""

    status: Choosable | None = None
    status_until: str | None = None
    note: str | None = None
    note_until: str | None = None


class PresenceChanged(Wire, frozen=True):
    """`person` as others see them; `chosen` is what they have set, for a store that was lost."""

    person: PersonPresence
    chosen: Chosen | None = None


class ConnectionLost(Wire, frozen=True):
    """The last connection of a person broke at `lost_at`, and nobody has come back for longer than a setting."""

    user_id: str
    lost_at: str
    at: str


class ConnectionRestored(Wire, frozen=True):
    """The person whose connection was told lost is back, or has logged out meanwhile (`is_back` false)."""

    user_id: str
    lost_at: str
    at: str
    is_back: bool


ASKS = (
    Ask(
        "presence.list",
        "presence",
        ListPresence,
        People,
        route=Route("GET", "/presence"),
        askers=("gateway", "auth"),
        about="Who is here.",
    ),
    Ask(
        "presence.set",
        "presence",
        SetPresence,
        People,
        route=Route("PUT", "/presence"),
        about="How one is shown, and a note.",
        services=False,
    ),
    Ask("presence.absent", "presence", ListAbsent, Absences, NOBODY, socket=False, askers=("notifier",)),
    Ask("presence.touch", "presence", ActivePeople, Nothing, NOBODY, socket=False),
    Ask("lease.open", "presence", OpenLeases, Opened, NOBODY, socket=False),
    Ask("lease.renew", "presence", OpenLeases, Nothing, NOBODY, socket=False),
    Ask("lease.close", "presence", CloseLeases, Nothing, NOBODY, socket=False),
)

USER_CHANGED = Event(
    "user.changed",
    "presence",
    PresenceChanged,
    ("user_id",),
    when="Somebody is shown as something else: they came, went, or chose it. At most five times at once, then twice a second.",
    id="<an id of this change>",
    order="The highest `person.version` is the newest.",
)
CONNECTION_LOST = Event(
    "connection.lost",
    "presence",
    ConnectionLost,
    ("user_id",),
    when="Somebody whose connection broke is not back within a setting.",
    id="<user_id>.lost.<lost_at in ms>",
    order="By `lost_at`.",
)
CONNECTION_RESTORED = Event(
    "connection.restored",
    "presence",
    ConnectionRestored,
    ("user_id",),
    when="A loss that was told is over.",
    id="<user_id>.restored.<lost_at in ms>",
    order="After presence.connection.lost with the same `lost_at`.",
)
EVENTS = (USER_CHANGED, CONNECTION_LOST, CONNECTION_RESTORED)
