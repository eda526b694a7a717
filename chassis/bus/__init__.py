"""The bus: asks as NATS micro services, events into the stream PARLEY and out of it, in order or shared with others."""

from chassis.bus.answering import Handler
from chassis.bus.asker import PARLEY, Asker
from chassis.bus.asking import ASK_S
from chassis.bus.bus import Bus
from chassis.bus.dead_letters import DeadLetters
from chassis.bus.events import Fact, fact
from chassis.bus.hearing import Heard, Hearing, Standing
from chassis.bus.outside import Outside
from chassis.bus.reader import Reader, Told

__all__ = [
    "ASK_S",
    "PARLEY",
    "Asker",
    "Bus",
    "DeadLetters",
    "Fact",
    "Handler",
    "Heard",
    "Hearing",
    "Outside",
    "Reader",
    "Standing",
    "Told",
    "fact",
]
