"""`license show`: the licence as the running cluster sees it, and how many of its seats are taken."""

import argparse
from typing import Any

import msgspec

from contracts.auth import LicenseAnswer
from contracts.refusals import Refused
from contracts.table import Nothing
from parley import cluster
from parley.stop import REFUSED, Stop


def add(verbs: Any) -> None:
    parser = verbs.add_parser("show", help="show the licence of a running cluster")
    cluster.add_to(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    try:
        answer: LicenseAnswer = cluster.ask(arguments, "license.get", Nothing())
    except Refused as refused:
        raise cluster.refused(refused) from None
    if answer.fault is not None:
        raise Stop(f"The cluster's licence file is not valid: {answer.fault}", REFUSED)
    if answer.license is None:
        print("No licence, no limits.")
        return
    for name, value in msgspec.structs.asdict(answer.license).items():
        print(f"{name:<11} {value}")
