"""`keys`: the keys that access tokens are signed with."""

from typing import Any

from parley.verbs.keys import rotate


def add(verbs: Any) -> None:
    parser = verbs.add_parser("keys", help="the keys that access tokens are signed with")
    rotate.add(parser.add_subparsers(metavar="verb", required=True))
