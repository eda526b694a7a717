"""Parked events: those that a part gave up. Each part that hears events takes its own once more when an operator asks."""

from contracts.table import NOBODY, Ask, Nothing, Wire

HEARERS = ("messenger", "presence", "notifier")
"""They work off every event, and may give one up."""


class ReplayParked(Wire, frozen=True):
    """For an operator: the event at that place of the stream PARLEY_DEAD is taken once more, by the part that gave it up and by
    no other. It may be asked again. `conflict`: it fails as before; `not_found`: there is none of this part's there."""

    place: int


ASKS = tuple(
    Ask(
        f"{part}.replay_parked",
        part,
        ReplayParked,
        Nothing,
        NOBODY,
        socket=False,
        askers=("operator",),
        refusals=("not_found", "conflict"),
    )
    for part in HEARERS
)
