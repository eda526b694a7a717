"""`sessions`: where somebody is logged in, and ending that."""

from typing import Any

from parley.verbs.sessions import end, list


def add(verbs: Any) -> None:
    parser = verbs.add_parser("sessions", help="where somebody is logged in, and ending that")
    below = parser.add_subparsers(metavar="verb", required=True)
    for verb in (list, end):
        verb.add(below)
