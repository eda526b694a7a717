"""`parked`: events that a part gave up: what they are, and having them taken once more."""

from typing import Any

from parley.verbs.parked import list, replay, show


def add(verbs: Any) -> None:
    parser = verbs.add_parser("parked", help="events that were given up")
    below = parser.add_subparsers(metavar="verb", required=True)
    for verb in (list, show, replay):
        verb.add(below)
