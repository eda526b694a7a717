"""`sessions end`: ends one session of somebody, or all of theirs, everywhere at once. The audit trail has it."""

import argparse
from typing import Any

from contracts.auth import EndSessionsOf, SessionsEnded
from contracts.refusals import Refused
from parley import cluster


def add(verbs: Any) -> None:
    parser = verbs.add_parser("end", help="end sessions of somebody, everywhere at once")
    parser.add_argument("--login", required=True)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--session", metavar="ID")
    which.add_argument("--all", action="store_true")
    cluster.add_to(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    wanted = EndSessionsOf(login=arguments.login, session_id=arguments.session)
    try:
        answer: SessionsEnded = cluster.ask(arguments, "session.end_of", wanted)
    except Refused as refused:
        raise cluster.refused(refused) from None
    for session_id in answer.session_ids:
        print(f"{session_id} has ended.")
    if not answer.session_ids:
        print("It had ended already." if arguments.session else f"{arguments.login} was not logged in.")
