"""A client of Parley in Python: logs in, sends, answers, hears, returns. The README has a bot of twenty lines."""

from parley_client.contract import asks, heard, types
from parley_client.errors import Closed, Ended, OutboxFull, ParleyError, Refused, Unanswered
from parley_client.inbox import Event, Lost
from parley_client.parley import Parley

__all__ = [
    "Closed",
    "Ended",
    "Event",
    "Lost",
    "OutboxFull",
    "Parley",
    "ParleyError",
    "Refused",
    "Unanswered",
    "asks",
    "heard",
    "types",
]
