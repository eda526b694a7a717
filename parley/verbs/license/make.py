"""`license make`: a signed licence file."""

import argparse
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from chassis.clock import SystemClock, new_id
from contracts.license import Claims, NotALicense, private_key, sign
from parley.files import read_text, write_text
from parley.stop import Stop


def add(verbs: Any) -> None:
    parser = verbs.add_parser("make", help="make a licence file")
    parser.add_argument("--private-key", type=Path, required=True, metavar="FILE")
    parser.add_argument("--customer", required=True)
    parser.add_argument("--seats", type=int, required=True, help="how many people who are not disabled")
    parser.add_argument("--expires", type=_moment, required=True, metavar="DATE", help="the last day (UTC), or a time")
    parser.add_argument("--contact", required=True, help="whom people write to when it is about to expire")
    parser.add_argument("--id", default=None, help="the licence's own name; otherwise a new one")
    parser.add_argument("--out", type=Path, metavar="FILE", help="to be made; otherwise it is printed")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    claims = Claims(
        license_id=arguments.id or new_id("l"),
        customer=arguments.customer,
        seats=arguments.seats,
        issued_at=SystemClock().now().replace(microsecond=0),
        expires_at=arguments.expires,
        contact=arguments.contact,
    )
    try:
        text = sign(claims, private_key(read_text(arguments.private_key)))
    except NotALicense as fault:
        raise Stop(f"There is no such licence: {fault}") from None
    if arguments.out is None:
        print(text)
    else:
        write_text(arguments.out, f"{text}\n")
        print(f"{arguments.out}: {claims.license_id}, {claims.seats} seats, for {claims.customer}.")


def _moment(word: str) -> datetime:
    """A day lasts until its end."""
    try:
        moment = datetime.fromisoformat(word)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{word!r} is not a date like 2027-12-31") from None
    if len(word) == len("2027-12-31"):
        moment = datetime.combine(moment, time(23, 59, 59))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
