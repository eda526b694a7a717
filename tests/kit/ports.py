"""Ports that are free, beside other tests and other clusters."""

import random

from deploy.local.errors import CannotStart
from deploy.local.ports import FREE_RANGE, Ports


def neighbours(count: int) -> int:
    """The first of so many in a row."""
    for first in random.sample(FREE_RANGE, k=100):
        ports = Ports()
        try:
            for port in range(first, first + count):
                ports.exactly(port, "PORT")
        except CannotStart:
            continue
        return first
    raise CannotStart(f"No {count} free ports are neighbours.")
