"""`license`: makes licence files, shows what one says, and what the cluster makes of its own."""

from typing import Any

from parley.verbs.license import inspect, keygen, make, show


def add(verbs: Any) -> None:
    parser = verbs.add_parser("license", help="licence files, and the licence of a cluster")
    below = parser.add_subparsers(metavar="verb", required=True)
    for verb in (keygen, make, inspect, show):
        verb.add(below)
