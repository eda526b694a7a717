"""`sessions list`: where somebody is logged in."""

import argparse
from typing import Any

import msgspec

from contracts.auth import ListSessionsOf, SessionList
from contracts.refusals import Refused
from parley import cluster
from parley.lines import plain, table


def add(verbs: Any) -> None:
    parser = verbs.add_parser("list", help="show where somebody is logged in")
    parser.add_argument("--login", required=True)
    parser.add_argument("--json", action="store_true", help="for programs")
    cluster.add_to(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    try:
        answer: SessionList = cluster.ask(arguments, "session.list_of", ListSessionsOf(login=arguments.login))
    except Refused as refused:
        raise cluster.refused(refused) from None
    if arguments.json:
        print(msgspec.json.format(msgspec.json.encode(answer), indent=2).decode())
    elif not answer.sessions:
        print(f"{arguments.login} is not logged in.")
    else:
        rows = [(one.session_id, one.last_used_at, one.address or "", one.client or "") for one in answer.sessions]
        print("\n".join(table([("SESSION", "LAST USED", "ADDRESS", "CLIENT"), *(map(plain, row) for row in rows)])))
