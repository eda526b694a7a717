"""Taking a parked event once more, by the part that gave it up, as if it were delivered again."""

from collections.abc import Sequence
from typing import Protocol

from nats.js.client import JetStreamContext
from nats.js.errors import NotFoundError

from chassis import log
from chassis.bus import dead_letters
from chassis.bus.asker import Asker
from chassis.bus.dead_letters import Letter
from chassis.bus.reader import Told
from chassis.stores import StoreAway, is_away
from contracts.parked import ReplayParked as Request
from contracts.refusals import Refused, unavailable
from contracts.table import Nothing


class Hearer(Protocol):
    """Who hears events for the part, under the name of its consumer."""

    name: str
    subjects: list[str]

    async def take_again(self, told: Told) -> None:
        """Returns when what follows from it is stored; raises what it did before, where that has not passed."""


class ReplayParked:
    """The letter stays where it is: whoever asked removes it once this has answered, and may ask again until then."""

    def __init__(self, js: JetStreamContext, part: str, hearers: Sequence[Hearer]) -> None:
        self._js = js
        self._part = part
        self._hearers = hearers

    async def __call__(self, _: Asker, request: Request) -> Nothing:
        try:
            letter = await dead_letters.letter(self._js, request.place)
        except NotFoundError:
            letter = None
        if letter is None or letter.part != self._part:
            raise Refused("not_found", f"{self._part} has no parked event at this place.")
        await self._take(letter, self._hearer(letter))
        log.get().info("event.replayed", place=letter.place, subject=letter.subject)
        return Nothing()

    def _hearer(self, letter: Letter) -> Hearer:
        for one in self._hearers:
            if one.name == letter.consumer or (not letter.consumer and _hears(one, letter.subject)):
                return one
        raise Refused("conflict", "Nobody here hears such events any more.")

    async def _take(self, letter: Letter, hearer: Hearer) -> None:
        try:
            await hearer.take_again(letter.told())
        except Refused:
            raise
        except Exception as error:
            if isinstance(error, StoreAway | TimeoutError) or is_away(error):
                raise unavailable("A store") from None
            # without the error itself: a driver's can hold a text
            kind = type(error).__name__
            log.get().warning("event.not_replayed", place=letter.place, kind=kind)
            raise Refused("conflict", f"It fails as before: {kind}.") from None


def _hears(hearer: Hearer, subject: str) -> bool:
    """Letters of before have no consumer's name."""
    return any(subject.startswith(one.removesuffix(">")) for one in hearer.subjects)
