"""`first-admin`: makes the first person, where there is no admin to ask. Ends with 2 where there is one."""

import argparse
from pathlib import Path
from typing import Any

from contracts.auth import CreateFirstAdmin, UserAnswer
from contracts.refusals import Refused
from parley import cluster, password
from parley.stop import Stop


def add(verbs: Any) -> None:
    parser = verbs.add_parser("first-admin", help="make the first admin of a cluster")
    parser.add_argument("--login", required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--email")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--password-file", type=Path, metavar="FILE", help="the password; otherwise it is typed, twice")
    how.add_argument("--invite", action="store_true", help="no password: by mail, or by a link that is printed")
    cluster.add_to(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    wanted = CreateFirstAdmin(
        login=arguments.login, name=arguments.name, email=arguments.email, password=_password(arguments)
    )
    try:
        answer: UserAnswer = cluster.ask(arguments, "user.create_first_admin", wanted)
    except Refused as refused:
        if refused.code == "conflict" and not refused.refusal.errors:
            raise Stop(refused.refusal.message) from None
        raise cluster.refused(refused) from None
    print(f"{answer.user.login} is an admin now.")
    if answer.invitation:
        print(f"This link, once, sets the password: {answer.invitation}")
    elif arguments.invite:
        print(f"The link that sets the password is mailed to {arguments.email}.")


def _password(arguments: argparse.Namespace) -> str | None:
    if arguments.invite:
        return None
    if arguments.password_file:
        return password.from_file(arguments.password_file)
    password.check_terminal()
    cluster.check(arguments)  # before somebody types a password twice for nothing
    return password.typed()
