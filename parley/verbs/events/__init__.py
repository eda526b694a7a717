"""`events`: what the cluster tells."""

from typing import Any

from parley.verbs.events import follow


def add(verbs: Any) -> None:
    parser = verbs.add_parser("events", help="what the cluster tells")
    follow.add(parser.add_subparsers(metavar="verb", required=True))
